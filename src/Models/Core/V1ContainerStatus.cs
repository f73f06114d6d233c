namespace Palisade.Models;

/// <summary>State of a container of a pod.</summary>
public sealed class V1ContainerStatus
{
    /// <summary>Name of the container.</summary>
    public string Name { get; set; } = "";

    /// <summary>What it does now.</summary>
    public V1ContainerState? State { get; set; }
}
