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

/// <summary>How long self-managed certificates live, and when they are renewed.</summary>
public sealed record CertificateLifetimes
{
    /// <summary>Life of an authority.</summary>
    public TimeSpan Authority { get; init; } = TimeSpan.FromDays(365);

    /// <summary>Life of a serving certificate.</summary>
    public TimeSpan Leaf { get; init; } = TimeSpan.FromDays(30);

    /// <summary>
    /// How long a new authority is only published before serving certificates are issued from it, so that every API server has
    /// read it by then.
    /// </summary>
    public TimeSpan Settling { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How often the state is looked at.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>By how much the clock of an API server may be behind.</summary>
    public TimeSpan ClockSkew { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Given lives; where they are so short (for a trial) that the usual times do not fit, those are shortened too.</summary>
    public static CertificateLifetimes From(TimeSpan authority, TimeSpan leaf)
    {
        var usual = new CertificateLifetimes();
        var shortest = authority < leaf ? authority : leaf;
        // A certificate that is due has a third of its life left: enough for a new authority to settle before one from it is urgent.
        return new CertificateLifetimes
        {
            Authority = authority,
            Leaf = leaf,
            Settling = Shorter(usual.Settling, shortest / 10),
            Interval = Shorter(usual.Interval, shortest / 30),
        };
    }

    /// <summary>When an authority is to be followed by a new one: after two thirds of its life.</summary>
    public DateTimeOffset RenewAuthorityAt(DateTimeOffset notAfter) => notAfter - (Authority / 3);

    /// <summary>When a serving certificate is to be followed by a new one: after two thirds of its life.</summary>
    public DateTimeOffset RenewLeafAt(DateTimeOffset notAfter) => notAfter - (Leaf / 3);

    private static TimeSpan Shorter(TimeSpan first, TimeSpan second) => first < second ? first : second;
}
