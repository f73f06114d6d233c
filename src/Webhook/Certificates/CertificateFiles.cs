using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Palisade.Webhook.Certificates;

/// <summary>Reads a certificate and its key from a folder, as a mounted <c>kubernetes.io/tls</c> Secret has them.</summary>
internal sealed class CertificateFiles(string folder)
{
    private byte[] _lastRead = [];

    /// <summary>File with the certificate and, after it, those of intermediate authorities.</summary>
    public string CertificateFile => Path.Combine(folder, "tls.crt");

    /// <summary>File with the private key.</summary>
    public string KeyFile => Path.Combine(folder, "tls.key");

    /// <summary>
    /// Reads the files when they changed since the last successful read: the certificate with its key, then the intermediates. Null when
    /// they did not change.
    /// </summary>
    /// <exception cref="CertificateFileException">A file is missing or faulty, or the two do not fit together.</exception>
    public IReadOnlyList<X509Certificate2>? ReadIfChanged()
    {
        try
        {
            var certificates = File.ReadAllText(CertificateFile);
            var key = File.ReadAllText(KeyFile);
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes(certificates + '\0' + key));
            if (hash.AsSpan().SequenceEqual(_lastRead))
            {
                return null;
            }

            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(certificates);
            var served = X509Certificate2.CreateFromPem(certificates, key);
            _lastRead = hash;
            return [served, .. chain.Skip(1)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new CertificateFileException($"the certificate cannot be read: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new CertificateFileException(
                $"{CertificateFile} and {KeyFile} are not a PEM certificate and its key: {exception.Message}",
                exception
            );
        }
    }
}
