namespace Palisade.Kubernetes;

/// <summary>One part of a program that can say whether it is well.</summary>
public interface IHealthSource
{
    /// <summary>Constant name of the part, such as <c>api-server</c>.</summary>
    string Name { get; }

    /// <summary>Says whether the part is well now; quick, without input or output.</summary>
    HealthReport Check();
}

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
