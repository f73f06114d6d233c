namespace Palisade.Webhook.Certificates;

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
    public static CertificateLifetimes Of(TimeSpan authority, TimeSpan leaf)
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
