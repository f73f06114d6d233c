using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Palisade.Testing;

/// <summary>A certificate authority of a test, which issues what a test asks for and knows how to be imitated.</summary>
public sealed class TestAuthority : IDisposable
{
    /// <summary>Purpose of a server in TLS (RFC 5280, id-kp-serverAuth).</summary>
    public const string ServerPurpose = "1.3.6.1.5.5.7.3.1";

    /// <summary>Purpose of a client in TLS (RFC 5280, id-kp-clientAuth).</summary>
    public const string ClientPurpose = "1.3.6.1.5.5.7.3.2";

    private readonly ECDsa _key;

    private TestAuthority(X509Certificate2 certificate, ECDsa key) => (Certificate, _key) = (certificate, key);

    /// <summary>The certificate of the authority, without its key.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>The certificate as PEM.</summary>
    public string Pem => Certificate.ExportCertificatePem() + "\n";

    private static DateTimeOffset From => DateTimeOffset.UtcNow.AddDays(-30);

    private static DateTimeOffset To => DateTimeOffset.UtcNow.AddDays(30);

    /// <summary>Makes an authority that signs itself.</summary>
    /// <param name="name">Common name.</param>
    /// <param name="serial">Serial number; random when null.</param>
    public static TestAuthority Create(string name, ReadOnlyMemory<byte>? serial = null)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = AuthorityRequest(name, key);
        var signer = X509SignatureGenerator.CreateForECDsa(key);
        return new TestAuthority(request.Create(request.SubjectName, signer, From, To, (serial ?? Random()).Span), key);
    }

    /// <summary>Makes an authority whose name and serial number are those of another, and whose key is its own.</summary>
    public TestAuthority Imitate() => Create(Certificate.GetNameInfo(X509NameType.SimpleName, false), Certificate.SerialNumberBytes);

    /// <summary>Issues an authority below this one.</summary>
    public TestAuthority IssueAuthority(string name)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = AuthorityRequest(name, key);
        request.CertificateExtensions.Add(KeyIdentifier());
        var signer = X509SignatureGenerator.CreateForECDsa(_key);
        return new TestAuthority(request.Create(Certificate.SubjectName, signer, From, To, Random().Span), key);
    }

    /// <summary>Issues the certificate of a server, with its key.</summary>
    public X509Certificate2 Issue(TestServerCertificate? wanted = null) =>
        Sign(wanted ?? new(), X509SignatureGenerator.CreateForECDsa(_key), Random(), KeyIdentifier());

    /// <summary>
    /// Makes a certificate of a server that names this authority as its issuer and bears the authority's serial number, signed with a foreign key.
    /// </summary>
    /// <param name="keyIdentifier">Identifier of the issuer's key; none when null.</param>
    /// <param name="wanted">What it says of the server.</param>
    public X509Certificate2 Forge(X509Extension? keyIdentifier, TestServerCertificate? wanted = null)
    {
        using var foreign = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return Sign(wanted ?? new(), X509SignatureGenerator.CreateForECDsa(foreign), Certificate.SerialNumberBytes, keyIdentifier);
    }

    /// <summary>Identifier of this authority's key.</summary>
    public X509AuthorityKeyIdentifierExtension KeyIdentifier() =>
        X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, true, false);

    /// <summary>The certificate of a server that signs itself, with its key.</summary>
    /// <param name="name">Common name of server and issuer.</param>
    /// <param name="serial">Serial number; random when null.</param>
    public static X509Certificate2 SelfSign(string name, ReadOnlyMemory<byte>? serial = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = ServerRequest(new() { Subject = name }, key);
        using var bare = request.Create(
            request.SubjectName,
            X509SignatureGenerator.CreateForECDsa(key),
            From,
            To,
            (serial ?? Random()).Span
        );
        return bare.CopyWithPrivateKey(key);
    }

    /// <summary>Has a server's certificate issue another, as if it were an authority.</summary>
    public static X509Certificate2 IssueFrom(X509Certificate2 server)
    {
        using var issuing = server.GetECDsaPrivateKey() ?? throw new ArgumentException("it has no key", nameof(server));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = ServerRequest(new(), key);
        using var bare = request.Create(
            server.SubjectName,
            X509SignatureGenerator.CreateForECDsa(issuing),
            From.AddDays(29),
            To.AddDays(-29.5),
            Random().Span
        );
        return bare.CopyWithPrivateKey(key);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Certificate.Dispose();
        _key.Dispose();
    }

    private X509Certificate2 Sign(
        TestServerCertificate wanted,
        X509SignatureGenerator signer,
        ReadOnlyMemory<byte> serial,
        X509Extension? keyIdentifier
    )
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = ServerRequest(wanted, key);
        if (keyIdentifier is not null)
        {
            request.CertificateExtensions.Add(keyIdentifier);
        }

        var now = DateTimeOffset.UtcNow;
        var issuer = Certificate.SubjectName;
        using var bare = request.Create(issuer, signer, now + wanted.NotBefore, now + wanted.NotAfter, serial.Span);
        return bare.CopyWithPrivateKey(key);
    }

    private static CertificateRequest ServerRequest(TestServerCertificate wanted, ECDsa key)
    {
        var request = new CertificateRequest($"CN={wanted.Subject}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(wanted.Purpose)], critical: false));
        var names = new SubjectAlternativeNameBuilder();
        foreach (var name in wanted.Names)
        {
            if (IPAddress.TryParse(name, out var address))
            {
                names.AddIpAddress(address);
            }
            else
            {
                names.AddDnsName(name);
            }
        }

        request.CertificateExtensions.Add(names.Build());
        return request;
    }

    private static CertificateRequest AuthorityRequest(string name, ECDsa key)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request;
    }

    // A positive number: the first bit is not set.
    private static ReadOnlyMemory<byte> Random()
    {
        var serial = RandomNumberGenerator.GetBytes(8);
        serial[0] = 0x11;
        return serial;
    }
}
