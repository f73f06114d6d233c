using System.Diagnostics.Metrics;
using Palisade.Kubernetes;

namespace Palisade.Runtime.Controllers;

/// <summary>Metrics of reconciliations.</summary>
/// <param name="kind">Kind that is reconciled.</param>
public sealed class ReconcileMetrics(string kind)
{
    private static readonly Histogram<double> Durations = KubernetesMeter.Instance.CreateHistogram(
        "palisade_reconcile_duration",
        unit: "s",
        description: "Time that one reconciliation took.",
        advice: KubernetesMeter.Durations
    );

    private static readonly Counter<long> Failures = KubernetesMeter.Instance.CreateCounter<long>(
        "palisade_reconcile_failures",
        description: "Reconciliations that failed, by constant reason."
    );

    private readonly KeyValuePair<string, object?> _tag = new("kind", kind);

    /// <summary>A reconciliation is over.</summary>
    /// <param name="duration">How long it took.</param>
    /// <param name="success">Whether it succeeded.</param>
    /// <param name="reason">Constant reason of a failure.</param>
    public void Reconciled(TimeSpan duration, bool success, string? reason)
    {
        Durations.Record(duration.TotalSeconds, _tag, new("result", success ? "success" : "failure"));
        if (!success)
        {
            Failures.Add(1, _tag, new("reason", reason ?? ""));
        }
    }
}
