namespace Palisade.Models;

/// <summary>What was asked for of a pod.</summary>
public sealed class V1PodSpec
{
    /// <summary>Node the pod is bound to; null until it is scheduled.</summary>
    public string? NodeName { get; set; }

    /// <summary>Whether the pod uses its node's network; such pods cannot be selected by a NetworkPolicy.</summary>
    public bool? HostNetwork { get; set; }

    /// <summary>Containers, for their named ports.</summary>
    public IList<V1Container>? Containers { get; set; }

    /// <summary>Init containers; those with restartPolicy Always (sidecars) have ports that serve.</summary>
    public IList<V1Container>? InitContainers { get; set; }
}
