using k8s;

namespace Palisade.Models;

/// <summary>
/// A pod, of which only what tells whether it works is read. Of <see cref="V1Pod"/>, of which agents keep ten thousand in memory, the
/// contract has other fields.
/// </summary>
[KubernetesEntity(Group = "", ApiVersion = "v1", Kind = "Pod", PluralName = "pods")]
public sealed class PodHealth : IKubernetesObject<V1ObjectMeta>
{
    /// <inheritdoc/>
    public string ApiVersion { get; set; } = "v1";

    /// <inheritdoc/>
    public string Kind { get; set; } = "Pod";

    /// <summary>Standard object metadata.</summary>
    public V1ObjectMeta Metadata { get; set; } = new() { Name = "" };

    /// <summary>What was asked for.</summary>
    public PodHealthSpec? Spec { get; set; }

    /// <summary>What is now.</summary>
    public PodHealthStatus? Status { get; set; }
}

/// <summary>Where a pod is.</summary>
public sealed class PodHealthSpec
{
    /// <summary>Node the pod is bound to; null until it is scheduled.</summary>
    public string? NodeName { get; set; }
}

/// <summary>What of a pod's state tells whether it works.</summary>
public sealed class PodHealthStatus
{
    /// <summary>Aspects, of which <c>Ready</c> and <c>PodScheduled</c> are read.</summary>
    public IList<V1PodCondition>? Conditions { get; set; }

    /// <summary>States of the containers.</summary>
    public IList<ContainerHealth>? ContainerStatuses { get; set; }
}

/// <summary>What a container of a pod does.</summary>
public sealed class ContainerHealth
{
    /// <summary>What it does now; it runs when it neither waits nor has ended.</summary>
    public V1ContainerState? State { get; set; }
}
