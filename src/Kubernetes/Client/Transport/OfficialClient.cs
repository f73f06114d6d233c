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
