using System.Net.Security;
using System.Security.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Palisade.Hosting;
using Palisade.Webhook.Admission;
using Palisade.Webhook.Certificates;

namespace Palisade.Webhook.Hosting;

/// <summary>Where the API server's calls come in: HTTPS only, with whatever certificate is current when a connection is opened.</summary>
internal static class WebhookListener
{
    /// <summary>Sets the server up.</summary>
    public static void Configure(KestrelServerOptions server, WebhookOptions options, ServingCertificate serving)
    {
        server.Limits.MaxRequestBodySize = AdmissionBody.MaxBytes;
        server.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
        server.ListenOn(
            options.BindAddress,
            options.Port,
            listen =>
            {
                listen.Protocols = HttpProtocols.Http1AndHttp2;
                listen.UseHttps(
                    new TlsHandshakeCallbackOptions
                    {
                        HandshakeTimeout = TimeSpan.FromSeconds(5),
                        OnConnection = _ => ValueTask.FromResult(Authenticate(serving)),
                    }
                );
            }
        );
    }

    private static SslServerAuthenticationOptions Authenticate(ServingCertificate serving) =>
        new()
        {
            // Null before there is a certificate: the handshake fails, and the caller tries again.
            ServerCertificateContext = serving.Context,
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        };
}
