namespace Palisade.Cli.Manifests;

/// <summary>What was asked for of a workload: the fields of every kind that has a pod template, each absent where the kind lacks it.</summary>
public sealed class V1WorkloadSpec
{
    /// <summary>Number of pods; absent means 1. A DaemonSet has none: it makes one on each node.</summary>
    public int? Replicas { get; set; }

    /// <summary>Number of pods of a Job that run at once; absent means 1.</summary>
    public int? Parallelism { get; set; }

    /// <summary>Number of pods of a Job that must succeed; absent means that one success is enough.</summary>
    public int? Completions { get; set; }

    /// <summary><c>Indexed</c> where each pod of a Job has a number of its own.</summary>
    public string? CompletionMode { get; set; }

    /// <summary>Whether the author, and not the API server, labels the pods of a Job.</summary>
    public bool? ManualSelector { get; set; }

    /// <summary>How a StatefulSet numbers its pods.</summary>
    public V1WorkloadOrdinals? Ordinals { get; set; }

    /// <summary>What its pods look like.</summary>
    public V1PodTemplate Template { get; set; } = new();

    /// <summary>What the Jobs of a CronJob look like; null for other kinds.</summary>
    public V1JobTemplate? JobTemplate { get; set; }
}
