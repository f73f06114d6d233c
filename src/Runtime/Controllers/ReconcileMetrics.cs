using System.Diagnostics.Metrics;
using Palisade.Kubernetes;

namespace Palisade.Runtime.Controllers;

/// <summary>What a controller loop measures of itself.</summary>
internal sealed class ReconcileMetrics(string kind)
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

    public void Reconciled(TimeSpan duration, bool success, string? reason)
    {
        Durations.Record(duration.TotalSeconds, _tag, new("result", success ? "success" : "failure"));
        if (!success)
        {
            Failures.Add(1, _tag, new("reason", reason ?? ""));
        }
    }
}
