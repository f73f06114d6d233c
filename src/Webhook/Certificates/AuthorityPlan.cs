using System.Security.Cryptography.X509Certificates;

namespace Palisade.Webhook.Certificates;

/// <summary>Decides what the shared authorities should be at a moment.</summary>
internal static class AuthorityPlan
{
    /// <summary>Common name of the authorities, before the moment they were made.</summary>
    public const string Name = "palisade-webhook-ca";

    /// <summary>For how many times of settling what was published before stays so: replicas turn to the new authority after one.</summary>
    private const int HandoverSettlings = 10;

    private const int MaxInherited = 4;

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

    /// <summary>
    /// Whether every API server may be expected to trust the newest authority, so that it may issue in place of another. Also one without any
    /// before it may have such: those of a Secret that was lost.
    /// </summary>
    public static bool HasSettled(AuthorityBundle bundle, DateTimeOffset now, CertificateLifetimes lifetimes) =>
        now >= MadeAt(bundle, lifetimes) + lifetimes.Settling;

    /// <summary>
    /// Authorities that stay published beside those of the bundle: what was published before the Secret was lost or corrupted, while serving
    /// certificates from it may still be in use. After that they go, so that taking away the Secret ends the trust in a key that leaked.
    /// </summary>
    /// <param name="bundle">The authorities of the Secret.</param>
    /// <param name="published">What the API server trusts, as PEM text; null when there is none.</param>
    /// <param name="now">The moment.</param>
    /// <param name="lifetimes">The times that apply.</param>
    public static IReadOnlyList<X509Certificate2> Inherited(
        AuthorityBundle bundle,
        byte[]? published,
        DateTimeOffset now,
        CertificateLifetimes lifetimes
    )
    {
        if (published is null || now >= MadeAt(bundle, lifetimes) + (lifetimes.Settling * HandoverSettlings))
        {
            return [];
        }

        var known = bundle.Earlier.Prepend(bundle.Signer).Select(certificate => certificate.RawData).ToList();
        return
        [
            .. Living(AuthorityBundle.ReadCertificates(published), now)
                .Where(one => !known.Exists(other => other.AsSpan().SequenceEqual(one.RawData)))
                .Take(MaxInherited),
        ];
    }

    private static DateTimeOffset MadeAt(AuthorityBundle bundle, CertificateLifetimes lifetimes) =>
        CertificateIssuer.NotBefore(bundle.Signer) + lifetimes.ClockSkew;

    private static List<X509Certificate2> Living(IEnumerable<X509Certificate2> certificates, DateTimeOffset now) =>
        [.. certificates.Where(certificate => CertificateIssuer.NotAfter(certificate) > now)];

    private static X509Certificate2 WithoutKey(X509Certificate2 certificate) => X509CertificateLoader.LoadCertificate(certificate.RawData);
}
