namespace Palisade.Kubernetes;

/// <summary>Whether a part of a program is well.</summary>
/// <param name="IsHealthy">Whether it is.</param>
/// <param name="Reason">Sentence about what is wrong; null when all is well.</param>
public sealed record HealthReport(bool IsHealthy, string? Reason)
{
    /// <summary>All is well.</summary>
    public static HealthReport Healthy { get; } = new(true, null);

    /// <summary>Something is wrong.</summary>
    public static HealthReport Unhealthy(string reason) => new(false, reason);
}
