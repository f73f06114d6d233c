namespace Palisade.Models;

/// <summary>What of a pod's state tells whether it works.</summary>
public sealed class V1PodHealthStatus
{
    /// <summary>Aspects, of which <c>Ready</c> and <c>PodScheduled</c> are read.</summary>
    public IList<V1Condition>? Conditions { get; set; }

    /// <summary>States of the containers.</summary>
    public IList<V1ContainerStatus>? ContainerStatuses { get; set; }
}
