namespace Palisade.Models;

/// <summary>State of a pod.</summary>
public sealed class V1PodStatus
{
    /// <summary><c>Pending</c>, <c>Running</c>, <c>Succeeded</c>, <c>Failed</c> or <c>Unknown</c>.</summary>
    public string? Phase { get; set; }

    /// <summary>First address of the pod.</summary>
    public string? PodIP { get; set; }

    /// <summary>All addresses of the pod, at most one a family.</summary>
    public IList<V1PodIP>? PodIPs { get; set; }

    /// <summary>Address of the pod's node.</summary>
    public string? HostIP { get; set; }
}
