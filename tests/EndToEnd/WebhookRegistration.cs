using Palisade.Testing;

namespace Palisade.EndToEnd;

/// <summary>The webhook's registration from <c>config/</c>, but for the address: there are no Services here.</summary>
internal static class WebhookRegistration
{
    private const string Service = """
            service:
              name: palisade-webhook
              namespace: palisade-system
              path: /validate
        """;

    /// <summary>The manifest, with the webhook's address in place of its Service.</summary>
    public static string Manifest
    {
        get
        {
            var manifest = File.ReadAllText(Path.Combine(Repository.Root, "config", "webhook", "validating-webhook-configuration.yaml"));
            manifest.ShouldContain(Service);
            return manifest.Replace(Service, $"    url: https://127.0.0.1:{Ports.Webhook}/validate", StringComparison.Ordinal);
        }
    }
}
