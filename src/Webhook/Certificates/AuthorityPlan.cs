using System.Security.Cryptography.X509Certificates;

namespace Palisade.Webhook.Certificates;

/// <summary>Decides what the shared authorities should be at a moment.</summary>
internal static class AuthorityPlan
{
    /// <summary>Common name of the authorities, before the moment they were made.</summary>
    public const string Name = "palisade-webhook-ca";

    /// <summary>
    /// The bundle as it should be: the given one while its newest authority is in the first two thirds of its life, else one with a new
    /// authority in front. Authorities that have ended are left out.
    /// </summary>
    public static AuthorityBundle Next(AuthorityBundle? current, DateTimeOffset now, CertificateLifetimes lifetimes)
    {
        if (current is null)
        {
            return new AuthorityBundle(CertificateIssuer.CreateAuthority(Name, now, lifetimes), []);
        }

        if (now < lifetimes.RenewAuthorityAt(CertificateIssuer.NotAfter(current.Signer)))
        {
            var living = Living(current.Earlier, now);
            return living.Count == current.Earlier.Count ? current : current with { Earlier = living };
        }

        return new AuthorityBundle(
            CertificateIssuer.CreateAuthority(Name, now, lifetimes),
            Living(current.Earlier.Prepend(WithoutKey(current.Signer)), now)
        );
    }

    /// <summary>Whether every API server may be expected to trust the newest authority, so that it may issue.</summary>
    public static bool HasSettled(AuthorityBundle bundle, DateTimeOffset now, CertificateLifetimes lifetimes) =>
        bundle.Earlier.Count == 0 || now >= CertificateIssuer.NotBefore(bundle.Signer) + lifetimes.ClockSkew + lifetimes.Settling;

    private static List<X509Certificate2> Living(IEnumerable<X509Certificate2> certificates, DateTimeOffset now) =>
        [.. certificates.Where(certificate => CertificateIssuer.NotAfter(certificate) > now)];

    private static X509Certificate2 WithoutKey(X509Certificate2 certificate) => X509CertificateLoader.LoadCertificate(certificate.RawData);
}
