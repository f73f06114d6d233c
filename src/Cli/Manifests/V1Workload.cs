using System.Text.Json.Serialization;
using Palisade.Models;

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
    public V1ObjectMeta Metadata { get; set; } = new();

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
