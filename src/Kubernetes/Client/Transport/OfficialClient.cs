using System.Net;
using System.Net.Security;
using k8s;
using Palisade.Kubernetes.Client.Authentication;

namespace Palisade.Kubernetes.Client.Transport;

/// <summary>
/// The one place that makes the official client. What it does itself about TLS is left unused: its check does not compare the server's name when a
/// certificate authority is given (docs/decisions/0004), so the connection is set up by <see cref="HttpHandlers"/> instead.
/// </summary>
internal static class OfficialClient
{
    public static k8s.Kubernetes Create(ClientOptions options, ICredentialSource credentials, Reachability reachability)
    {
        var configuration = new KubernetesClientConfiguration
        {
            Host = options.Server.AbsoluteUri,
            UserAgent = options.UserAgent,
            FirstMessageHandlerSetup = handler => HttpHandlers.SetUp(handler, options, credentials as ExecPlugin),
        };
        var client = new k8s.Kubernetes(
            configuration,
            new ImpersonationHandler(options.ImpersonateUser, options.ImpersonateGroup),
            new AuthenticationHandler(credentials),
            new MetricsHandler(reachability)
        );
        // The connection takes the name for TLS from the Host header, whatever its TLS options say.
        client.HttpClient.DefaultRequestHeaders.Host = options.TlsServerName;
        return client;
    }
}

/// <summary>Sets up the handler that speaks TLS and HTTP/2 with the API server.</summary>
internal static class HttpHandlers
{
    public static void SetUp(SocketsHttpHandler handler, ClientOptions options, ExecPlugin? plugin)
    {
        handler.UseProxy = options.Proxy is not null;
        handler.Proxy = options.Proxy is { } proxy ? Via(proxy) : null;
        handler.UseCookies = false;
        handler.AllowAutoRedirect = false;
        handler.AutomaticDecompression = DecompressionMethods.GZip;
        handler.ConnectTimeout = TimeSpan.FromSeconds(10);
        // Long enough to be cheap, short enough to follow a changed address or certificate. Watches end with their own time.
        handler.PooledConnectionLifetime = TimeSpan.FromMinutes(10);
        handler.EnableMultipleHttp2Connections = true;
        // A peer that went without a word is found out in 45 s, also while nothing but a silent watch is open.
        handler.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
        handler.KeepAlivePingTimeout = TimeSpan.FromSeconds(15);
        handler.KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests;
        handler.SslOptions = Tls(options, plugin);
    }

    // The address without user and password, as it stands in messages.
    private static WebProxy Via(Uri proxy) =>
        new(proxy.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped))
        {
            Credentials = proxy.UserInfo.Split(':', 2) is [{ Length: > 0 } user, .. var password]
                ? new NetworkCredential(Uri.UnescapeDataString(user), Uri.UnescapeDataString(string.Concat(password)))
                : null,
        };

    private static SslClientAuthenticationOptions Tls(ClientOptions options, ExecPlugin? plugin)
    {
        var tls = new SslClientAuthenticationOptions();
        if (options.SkipTlsVerify)
        {
#pragma warning disable CA5359, MA0039 // The user asked for it, in so many words.
            tls.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359, MA0039
        }
        else if (options.CertificateAuthority is { } authority)
        {
            var trust = new ServerTrust(authority);
            tls.RemoteCertificateValidationCallback = (_, certificate, chain, errors) => trust.Accepts(certificate, chain, errors);
        }

        if (options is { ClientCertificate: { } certificate, ClientKey: { } key })
        {
            var source = new ClientCertificate(certificate, key);
            tls.LocalCertificateSelectionCallback = (_, _, _, _, _) => source.Get();
        }
        else if (plugin is not null)
        {
            tls.LocalCertificateSelectionCallback = (_, _, _, _, _) => plugin.Certificate!;
        }

        return tls;
    }
}
