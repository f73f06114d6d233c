using System.Text.Json.Serialization;
using k8s;

namespace Palisade.Cli.Manifests;

/// <summary>
/// What makes pods of a template: a workload of the groups apps and batch, a ReplicationController, or a custom resource with
/// <c>spec.template.spec.containers</c>, such as an Argo Rollout. Read from manifests only.
/// </summary>
public sealed class V1Workload : IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Version of the API the object is written in.</summary>
    public string ApiVersion { get; set; } = "apps/v1";

    /// <summary>Kind of the object.</summary>
    public string Kind { get; set; } = "";

    /// <summary>Standard object metadata.</summary>
    public V1ObjectMeta Metadata { get; set; } = new() { Name = "" };

    /// <summary>What was asked for.</summary>
    public V1WorkloadSpec Spec { get; set; } = new();

    /// <summary>State of the workload; null when it is not known.</summary>
    public V1WorkloadStatus? Status { get; set; }

    /// <summary>Whether it stands in for what an operator makes, of whose pods only names, labels and ports are known.</summary>
    [JsonIgnore]
    public bool IsPlaceholder { get; init; }

    /// <summary>Label of a placeholder's pods whose value is the name of the pod; null for none, and for other workloads.</summary>
    [JsonIgnore]
    public string? PodNameLabel { get; init; }
}

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

/// <summary>How a StatefulSet numbers its pods.</summary>
public sealed class V1WorkloadOrdinals
{
    /// <summary>Number of the first pod.</summary>
    public int Start { get; set; }
}

/// <summary>What the pods of a workload look like.</summary>
public sealed class V1PodTemplate
{
    /// <summary>Labels of the pods.</summary>
    public V1ObjectMeta Metadata { get; set; } = new() { Name = "" };

    /// <summary>What is asked for of each pod; <see cref="ManifestsJson"/> has its contract.</summary>
    [JsonIgnore]
    public V1PodSpec Spec { get; set; } = new();
}

/// <summary>What the Jobs of a CronJob look like.</summary>
public sealed class V1JobTemplate
{
    /// <summary>What is asked for of each Job.</summary>
    public V1WorkloadSpec Spec { get; set; } = new();
}

/// <summary>State of a workload.</summary>
public sealed class V1WorkloadStatus
{
    /// <summary>Aspects, of which <c>Complete</c> and <c>Failed</c> say that a Job has ended.</summary>
    public IList<V1WorkloadCondition>? Conditions { get; set; }
}

/// <summary>One aspect of the state of a workload.</summary>
public sealed class V1WorkloadCondition
{
    /// <summary>Name of the aspect.</summary>
    public string Type { get; set; } = "";

    /// <summary><c>True</c>, <c>False</c> or <c>Unknown</c>.</summary>
    public string Status { get; set; } = "";
}

/// <summary>
/// A custom resource of which an operator makes pods that its spec does not describe. Only its metadata is read; what its pods look
/// like is in <see cref="OperatorWorkloads"/>. Read from manifests only.
/// </summary>
public sealed class V1OperatorResource : IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Version of the API the object is written in.</summary>
    public string ApiVersion { get; set; } = "";

    /// <summary>Kind of the object.</summary>
    public string Kind { get; set; } = "";

    /// <summary>Standard object metadata.</summary>
    public V1ObjectMeta Metadata { get; set; } = new() { Name = "" };
}
