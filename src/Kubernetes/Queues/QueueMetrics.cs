using System.Diagnostics.Metrics;

namespace Palisade.Kubernetes.Queues;

/// <summary>What a queue measures of itself.</summary>
internal sealed class QueueMetrics(string queue)
{
    private static readonly UpDownCounter<int> Depth = KubernetesMeter.Instance.CreateUpDownCounter<int>(
        "palisade_workqueue_depth",
        description: "Keys that wait to be worked on."
    );

    private static readonly Counter<long> Retries = KubernetesMeter.Instance.CreateCounter<long>(
        "palisade_workqueue_retries",
        description: "Keys that were added again after a failure."
    );

    private readonly KeyValuePair<string, object?> tag = new("queue", queue);

    public void DepthChanged(int by) => Depth.Add(by, tag);

    public void Retried() => Retries.Add(1, tag);
}
