using System.Diagnostics.Metrics;
using Palisade.Kubernetes;

namespace Palisade.Runtime.Queues;

/// <summary>What a queue measures of itself.</summary>
internal sealed class QueueMetrics(string queue)
{
    private static readonly UpDownCounter<int> Depth = KubernetesMeter.Instance.CreateUpDownCounter<int>(
        "palisade_workqueue_depth",
        description: "Keys that wait to be worked on."
    );

    private static readonly Histogram<double> Latency = KubernetesMeter.Instance.CreateHistogram(
        "palisade_workqueue_latency",
        unit: "s",
        description: "Time that keys waited to be worked on.",
        advice: KubernetesMeter.Durations
    );

    private static readonly Counter<long> Retries = KubernetesMeter.Instance.CreateCounter<long>(
        "palisade_workqueue_retries",
        description: "Keys that were added again after a failure."
    );

    private readonly KeyValuePair<string, object?> _tag = new("queue", queue);

    public void Added() => Depth.Add(1, _tag);

    public void Taken(TimeSpan waited)
    {
        Depth.Add(-1, _tag);
        Latency.Record(waited.TotalSeconds, _tag);
    }

    public void Ended(int waiting) => Depth.Add(-waiting, _tag);

    public void Retried() => Retries.Add(1, _tag);
}
