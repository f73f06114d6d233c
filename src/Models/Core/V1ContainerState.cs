namespace Palisade.Models;

/// <summary>What a container does; it runs when it neither waits nor has ended.</summary>
public sealed class V1ContainerState
{
    /// <summary>Set while the container is not started.</summary>
    public V1ContainerStateWaiting? Waiting { get; set; }
}
