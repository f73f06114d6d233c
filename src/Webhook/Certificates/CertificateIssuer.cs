using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Palisade.Webhook.Certificates;

/// <summary>Makes certificate authorities and serving certificates: ECDSA P-256, SHA-256, random serial numbers (RFC 5280).</summary>
internal static class CertificateIssuer
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>
    /// Makes a self-signed authority. Its name carries the moment, so that the one before and the one after are told apart.
    /// </summary>
    public static X509Certificate2 CreateAuthority(string name, DateTimeOffset now, CertificateLifetimes lifetimes)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var moment = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var request = new CertificateRequest($"CN={name} {moment}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(now - lifetimes.ClockSkew, now + lifetimes.Authority);
    }

    /// <summary>Issues a serving certificate that ends no later than its authority.</summary>
    /// <param name="authority">The authority, with its key.</param>
    /// <param name="names">DNS names and addresses under which the webhook is called; the first is also the common name.</param>
    /// <param name="now">The present time.</param>
    /// <param name="lifetimes">How long it lives.</param>
    public static X509Certificate2 IssueLeaf(
        X509Certificate2 authority,
        IReadOnlyList<string> names,
        DateTimeOffset now,
        CertificateLifetimes lifetimes
    )
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(CommonName(names[0]), key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(ServerAuthentication)], false));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(authority, true, false));
        request.CertificateExtensions.Add(AlternativeNames(names));

        var notBefore = Later(now - lifetimes.ClockSkew, NotBefore(authority));
        var notAfter = Earlier(now + lifetimes.Leaf, NotAfter(authority));
        using var certificate = request.Create(authority, notBefore, notAfter, RandomNumberGenerator.GetBytes(16));
        return certificate.CopyWithPrivateKey(key);
    }

    /// <summary>First moment at which a certificate is valid.</summary>
    public static DateTimeOffset NotBefore(X509Certificate2 certificate) => new(certificate.NotBefore.ToUniversalTime());

    /// <summary>Last moment at which a certificate is valid.</summary>
    public static DateTimeOffset NotAfter(X509Certificate2 certificate) => new(certificate.NotAfter.ToUniversalTime());

    /// <summary>Common names have at most 64 characters (X.520); only the alternative names count for verification.</summary>
    private static X500DistinguishedName CommonName(string name)
    {
        var builder = new X500DistinguishedNameBuilder();
        builder.AddCommonName(name.Length <= 64 ? name : "palisade-webhook");
        return builder.Build();
    }

    private static X509Extension AlternativeNames(IReadOnlyList<string> names)
    {
        var builder = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (IPAddress.TryParse(name, out var address))
            {
                builder.AddIpAddress(address);
            }
            else
            {
                builder.AddDnsName(name);
            }
        }

        return builder.Build();
    }

    private static DateTimeOffset Later(DateTimeOffset first, DateTimeOffset second) => first > second ? first : second;

    private static DateTimeOffset Earlier(DateTimeOffset first, DateTimeOffset second) => first < second ? first : second;
}
