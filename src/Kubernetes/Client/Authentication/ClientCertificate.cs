using System.Security.Cryptography.X509Certificates;

namespace Palisade.Kubernetes.Client.Authentication;

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
