namespace Palisade.Kubernetes.Client;

/// <summary>How long to wait after failures: doubling from <see cref="Initial"/> to <see cref="Maximum"/>, with jitter.</summary>
public sealed record BackoffOptions
{
    /// <summary>Wait after the first failure.</summary>
    public TimeSpan Initial { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest wait.</summary>
    public TimeSpan Maximum { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Share of the wait, from 0 to 1, that chance may add, so that many who failed at once do not come back at once.</summary>
    public double Jitter { get; init; } = 0.2;

    /// <summary>How long to wait after so many failures before this one.</summary>
    public TimeSpan Delay(int failuresBefore)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(failuresBefore);
        // 2^62 ticks is far above any maximum; more would overflow.
        var doubled = Initial.Ticks * Math.Pow(2, Math.Min(failuresBefore, 62));
        var delay = Math.Min(doubled, Maximum.Ticks);
        return TimeSpan.FromTicks((long)(delay * (1 + (Jitter * Random.Shared.NextDouble()))));
    }
}
