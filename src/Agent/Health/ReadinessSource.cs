using Palisade.Kubernetes;

namespace Palisade.Agent.Health;

/// <summary>Shows one check in <c>/readyz</c>.</summary>
internal sealed class ReadinessSource(Readiness readiness, ReadinessCheck check) : IHealthSource
{
    /// <inheritdoc/>
    public string Name =>
        check switch
        {
            ReadinessCheck.Caches => "caches",
            ReadinessCheck.Freshness => "freshness",
            ReadinessCheck.Audit => "audit",
            ReadinessCheck.Rules => "rules",
            ReadinessCheck.Verification => "verification",
            ReadinessCheck.Families => "families",
            ReadinessCheck.Kernel => "kernel",
            _ => "bridge-netfilter",
        };

    /// <inheritdoc/>
    public HealthReport Check() =>
        readiness.Problems.TryGetValue(check, out var problem) ? HealthReport.Unhealthy(problem)
        : readiness.NoteOf(check) is { } note ? new HealthReport(IsHealthy: true, $"ok, {note}")
        : HealthReport.Healthy;
}
