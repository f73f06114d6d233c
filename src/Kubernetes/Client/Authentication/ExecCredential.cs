using System.Text;
using System.Text.Json;
using Palisade.Kubernetes.Client.Transport;

namespace Palisade.Kubernetes.Client.Authentication;

/// <summary>What a credential plugin answered (<c>ExecCredential.status</c>).</summary>
internal sealed record ExecCredential(string? Token, string? ClientCertificate, string? ClientKey, DateTimeOffset? Expiration)
{
    /// <summary>What a plugin is told, as JSON.</summary>
    public static string Request(ClientOptions options, ExecPluginOptions plugin)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("apiVersion", plugin.ApiVersion);
            json.WriteString("kind", "ExecCredential");
            json.WriteStartObject("spec");
            json.WriteBoolean("interactive", false);
            if (plugin.ProvideClusterInfo)
            {
                WriteCluster(json, options);
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    /// <summary>Reads a plugin's answer.</summary>
    /// <exception cref="KubernetesException">It is not what a plugin is to answer.</exception>
    public static ExecCredential Parse(string output, ExecPluginOptions plugin)
    {
        try
        {
            using var document = JsonDocument.Parse(output);
            var root = document.RootElement;
            if (Text(root, "kind") != "ExecCredential" || Text(root, "apiVersion") != plugin.ApiVersion)
            {
                throw Fault(plugin, $"did not answer with an ExecCredential of {plugin.ApiVersion}");
            }

            if (!root.TryGetProperty("status", out var status))
            {
                throw Fault(plugin, "answered without a status");
            }

            var credential = new ExecCredential(
                Text(status, "token"),
                Text(status, "clientCertificateData"),
                Text(status, "clientKeyData"),
                Text(status, "expirationTimestamp") is null ? null : status.GetProperty("expirationTimestamp").GetDateTimeOffset()
            );
            return credential switch
            {
                { Token: null, ClientCertificate: null } => throw Fault(plugin, "gave neither a token nor a client certificate"),
                { ClientCertificate: null, ClientKey: not null } or { ClientCertificate: not null, ClientKey: null } => throw Fault(
                    plugin,
                    "gave a client certificate or a key, not both"
                ),
                _ => credential,
            };
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            throw Fault(plugin, $"did not answer with an ExecCredential: {e.Message}", e);
        }
    }

    private static void WriteCluster(Utf8JsonWriter json, ClientOptions options)
    {
        json.WriteStartObject("cluster");
        json.WriteString("server", options.Server.OriginalString);
        if (options.TlsServerName is not null)
        {
            json.WriteString("tls-server-name", options.TlsServerName);
        }

        if (options.SkipTlsVerify)
        {
            json.WriteBoolean("insecure-skip-tls-verify", true);
        }

        if (options.Proxy is not null)
        {
            json.WriteString("proxy-url", options.Proxy.OriginalString);
        }

        if (options.CertificateAuthority is { } authority)
        {
            json.WriteBase64String("certificate-authority-data", Encoding.UTF8.GetBytes(authority.Read()));
        }

        json.WriteEndObject();
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.GetString() is { Length: > 0 } text ? text : null;

    private static KubernetesException Fault(ExecPluginOptions plugin, string what, Exception? cause = null) =>
        Failures.New(StatusReasons.Unauthorized, $"the credential plugin {plugin.Command} {what}", cause);
}
