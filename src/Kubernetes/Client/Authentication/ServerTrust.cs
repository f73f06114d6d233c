using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Palisade.Kubernetes.Client.Authentication;

/// <summary>
/// Checks the API server's certificate against given authorities and no others. As for kubectl, every given certificate is trusted: an
/// intermediate one without its root too, and the server's own.
/// </summary>
internal sealed class ServerTrust(PemSource authorities)
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private readonly Lock _gate = new();
    private X509Certificate2Collection? _trusted;
    private DateTime _version;

    /// <summary>For <see cref="SslClientAuthenticationOptions.RemoteCertificateValidationCallback"/>.</summary>
    public bool Accepts(X509Certificate? certificate, X509Chain? presented, SslPolicyErrors errors)
    {
        const SslPolicyErrors OtherThanTrust =
            SslPolicyErrors.RemoteCertificateNameMismatch | SslPolicyErrors.RemoteCertificateNotAvailable;
        if (certificate is not X509Certificate2 leaf || (errors & OtherThanTrust) != SslPolicyErrors.None)
        {
            return false;
        }

        var trusted = Trusted();
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(trusted);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck; // As all of Kubernetes: its authorities publish no lists.
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication)); // Its authority signs clients, too.
        foreach (var element in presented?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        return chain.Build(leaf) || EndsAtTrusted(chain, trusted);
    }

    /// <summary>The given authorities, read again when their file changed.</summary>
    internal X509Certificate2Collection Trusted()
    {
        lock (_gate)
        {
            var now = authorities.Version();
            if (_trusted is null || now != _version)
            {
                var fresh = new X509Certificate2Collection();
                fresh.ImportFromPem(authorities.Read());
                (_trusted, _version) = (fresh, now);
            }

            return _trusted;
        }
    }

    // A trusted certificate that is no root leaves the chain without one, and that must be its only fault: then all signatures below the last element
    // hold. Whether the last is trusted is told by all its bytes: Contains and Equals compare issuer and serial number only, which anyone can write
    // into a certificate of their own. That it may be the server's own certificate is right, as for kubectl: the handshake proves its key.
    private static bool EndsAtTrusted(X509Chain chain, X509Certificate2Collection trusted) =>
        chain.ChainElements is [.., { Certificate.RawDataMemory: var last }]
        && chain.ChainStatus.All(status => status.Status == X509ChainStatusFlags.PartialChain)
        && trusted.Any(certificate => certificate.RawDataMemory.Span.SequenceEqual(last.Span));
}

/// <summary>A client certificate with its key, read again when one of its files changed.</summary>
internal sealed class ClientCertificate(PemSource certificate, PemSource key)
{
    private readonly Lock _gate = new();
    private X509Certificate2? _current;
    private (DateTime, DateTime) _version;

    /// <summary>The certificate as it is now.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="System.Security.Cryptography.CryptographicException">Certificate and key are invalid or do not belong together.</exception>
    public X509Certificate2 Get()
    {
        lock (_gate)
        {
            var now = (certificate.Version(), key.Version());
            if (_current is null || now != _version)
            {
                // The one before is not disposed of: a connection may still use it.
                _current = X509Certificate2.CreateFromPem(certificate.Read(), key.Read());
                _version = now;
            }

            return _current;
        }
    }
}
