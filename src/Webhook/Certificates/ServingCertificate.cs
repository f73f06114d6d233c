using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Palisade.Webhook.Certificates;

/// <summary>
/// The certificate that new connections are served with; replaced while the program runs. Connections that are open keep theirs.
/// </summary>
public sealed class ServingCertificate
{
    private volatile Served? _current;

    /// <summary>The certificate and what is needed to serve it; null before there is one.</summary>
    public SslStreamCertificateContext? Context => _current?.Context;

    /// <summary>When the certificate ends; null before there is one.</summary>
    public DateTimeOffset? NotAfter => _current?.NotAfter;

    /// <summary>The certificate; null before there is one.</summary>
    internal X509Certificate2? Certificate => _current?.Certificate;

    /// <summary>Serves new connections with another certificate.</summary>
    /// <param name="certificate">The certificate, with its key.</param>
    /// <param name="intermediates">Certificates to send along.</param>
    public void Replace(X509Certificate2 certificate, X509Certificate2Collection? intermediates = null)
    {
        ArgumentNullException.ThrowIfNull(certificate);

        // Offline: nothing is fetched from addresses in the certificate. The old certificate is left to the garbage collector,
        // since a handshake may be using it.
        var context = SslStreamCertificateContext.Create(certificate, intermediates, offline: true);
        _current = new Served(certificate, context, CertificateIssuer.NotAfter(certificate));
    }

    private sealed record Served(X509Certificate2 Certificate, SslStreamCertificateContext Context, DateTimeOffset NotAfter);
}
