using Palisade.Hosting;
using Palisade.Kubernetes.Client;
using Palisade.Webhook.Certificates;

namespace Palisade.Webhook.Hosting;

/// <summary>Runs the program from its options to its end.</summary>
internal static class WebhookProgram
{
    /// <summary>Runs until it is told to end.</summary>
    /// <returns>One of <see cref="ExitCodes"/>.</returns>
    /// <exception cref="CertificateFileException">The certificate's files cannot be used.</exception>
    public static async Task<int> RunAsync(WebhookOptions options, CancellationToken cancellationToken)
    {
        using var client = NeedsClient(options)
            ? new KubernetesClient(
                ClientOptionsLoader.Load(options.Kubeconfig, options.Context) with
                {
                    UserAgent = Registration.FieldManager,
                }
            )
            : null;
        await using var app = WebhookApplication.Create(options, client, TimeProvider.System);
        app.Services.GetService<FileCertificates>()?.Load();
        return await app.RunUntilStoppedAsync(cancellationToken);
    }

    /// <summary>Exit code of what is the webhook's own.</summary>
    public static int? ExitCode(Exception exception) => exception is CertificateFileException ? ExitCodes.BadInput : null;

    private static bool NeedsClient(WebhookOptions options) => options.CertDirectory is null || options.ImpactWarnings;
}
