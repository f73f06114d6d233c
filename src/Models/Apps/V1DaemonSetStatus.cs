namespace Palisade.Models;

/// <summary>State of a DaemonSet.</summary>
public sealed class V1DaemonSetStatus
{
    /// <summary>How many nodes are to have a pod.</summary>
    public int DesiredNumberScheduled { get; set; }
}
