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

/// <summary>What is known of how the API server sees this webhook.</summary>
public sealed class ServingState
{
    private volatile bool _isRegistered;
    private volatile bool _isStopping;
    private volatile bool _selfCallWorked;
    private volatile IReadOnlyList<X509Certificate2> _trustedAuthorities = [];

    /// <summary>
    /// Whether the webhook configuration was seen with our authorities in it. Stays true when the configuration is deleted later: a
    /// new one is to find this replica ready.
    /// </summary>
    public bool IsRegistered
    {
        get => _isRegistered;
        set => _isRegistered = value;
    }

    /// <summary>Whether the webhook has called itself over HTTPS as the API server would.</summary>
    public bool SelfCallWorked
    {
        get => _selfCallWorked;
        set => _selfCallWorked = value;
    }

    /// <summary>Whether the program is about to end, so that no new calls should come.</summary>
    public bool IsStopping
    {
        get => _isStopping;
        set => _isStopping = value;
    }

    /// <summary>Authorities that the API server trusts for this webhook; empty when files are served and those are not known.</summary>
    public IReadOnlyList<X509Certificate2> TrustedAuthorities
    {
        get => _trustedAuthorities;
        set => _trustedAuthorities = value;
    }
}
