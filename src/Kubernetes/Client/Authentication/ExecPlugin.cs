using System.ComponentModel;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Palisade.Kubernetes.Client.Transport;

namespace Palisade.Kubernetes.Client.Authentication;

/// <summary>Credentials from a program (KEP-541); kept until they expire or are refused. Its standard error is passed through, for its user.</summary>
internal sealed class ExecPlugin(ClientOptions options, TimeProvider timeProvider) : ICredentialSource, IDisposable
{
    private readonly ExecPluginOptions _plugin = options.ExecPlugin ?? throw new ArgumentException("no plugin", nameof(options));
    private readonly SemaphoreSlim _gate = new(1);
    private volatile ExecCredential? _credential;

    /// <summary>The client certificate that the plugin gave last; null when it gave none.</summary>
    public X509Certificate2? Certificate { get; private set; }

    public async ValueTask<AuthenticationHeaderValue?> GetHeaderAsync(CancellationToken cancellationToken)
    {
        if (Current() is not { } current)
        {
            await _gate.WaitAsync(cancellationToken);
            try
            {
                current = Current() ?? await RenewAsync(cancellationToken);
            }
            finally
            {
                _gate.Release();
            }
        }

        return current.Token is null ? null : new AuthenticationHeaderValue("Bearer", current.Token);
    }

    public bool Invalidate()
    {
        _credential = null;
        return true;
    }

    public void Dispose() => _gate.Dispose();

    private ExecCredential? Current() =>
        _credential is { } current && (current.Expiration is null || current.Expiration > timeProvider.GetUtcNow()) ? current : null;

    private async Task<ExecCredential> RenewAsync(CancellationToken cancellationToken)
    {
        var fresh = ExecCredential.Parse(await RunAsync(cancellationToken), _plugin);
        if (fresh.ClientCertificate is not null)
        {
            try
            {
                Certificate = X509Certificate2.CreateFromPem(fresh.ClientCertificate, fresh.ClientKey);
            }
            catch (CryptographicException e)
            {
                throw Fault($"gave a client certificate that cannot be used: {e.Message}", e);
            }
        }

        _credential = fresh;
        return fresh;
    }

    [SuppressMessage("ApiDesign", "RS0030", Justification = "The one program that this layer starts, named by the user's kubeconfig.")]
    private async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            var start = new ProcessStartInfo(ProgramPath.Require(_plugin.Command), _plugin.Arguments)
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            };
            foreach (var (name, value) in _plugin.Environment)
            {
                start.Environment[name] = value;
            }

            start.Environment["KUBERNETES_EXEC_INFO"] = ExecCredential.Request(options, _plugin);
            using var process = Process.Start(start) ?? throw Fault("did not start");
            using var kill = cancellationToken.Register(() => process.Kill(entireProcessTree: true));
            process.StandardInput.Close();
            var output = await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return process.ExitCode == 0 ? output : throw Fault($"ended with exit code {process.ExitCode}");
        }
        catch (Win32Exception e)
        {
            throw Fault(
                $"cannot be run: {e.Message}{(_plugin.InstallHint is null ? "" : $" ({_plugin.InstallHint.ReplaceLineEndings(" ")})")}",
                e
            );
        }
    }

    private KubernetesException Fault(string what, Exception? cause = null) =>
        Failures.New(StatusReasons.Unauthorized, $"the credential plugin {_plugin.Command} {what}", cause);
}

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
