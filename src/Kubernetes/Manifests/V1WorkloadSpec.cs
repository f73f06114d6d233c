namespace Palisade.Kubernetes.Manifests;

/// <summary>What was asked for of a workload.</summary>
public sealed class V1WorkloadSpec
{
    /// <summary>Number of pods; absent means 1. A DaemonSet has none: it makes one on each node.</summary>
    public int? Replicas { get; set; }

    /// <summary>What its pods look like.</summary>
    public V1PodTemplate Template { get; set; } = new();
}
