namespace Palisade.Runtime.Leases;

/// <summary>Which Lease is competed for, and how fast.</summary>
public sealed record LeaderElectionOptions
{
    /// <summary>Namespace of the Lease.</summary>
    public required string Namespace { get; init; }

    /// <summary>Name of the Lease.</summary>
    public required string Name { get; init; }

    /// <summary>Who competes: unique for each process, such as the pod's name.</summary>
    public required string Identity { get; init; }

    /// <summary>How long others wait after the last renewal before they take the Lease.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long the leader tries to renew before it gives up; less than <see cref="LeaseDuration"/>.</summary>
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often the leader renews.</summary>
    public TimeSpan RenewPeriod { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often those who wait look; bounds how long a Lease that was given up stays free.</summary>
    public TimeSpan AcquirePeriod { get; init; } = TimeSpan.FromSeconds(1);
}
