namespace Palisade.Models;

/// <summary>A container; its ports.</summary>
public sealed class V1Container
{
    /// <summary>Name of the container.</summary>
    public string Name { get; set; } = "";

    /// <summary>Ports the container says it serves.</summary>
    public IList<V1ContainerPort>? Ports { get; set; }

    /// <summary><c>Always</c> makes an init container a sidecar.</summary>
    public string? RestartPolicy { get; set; }
}
