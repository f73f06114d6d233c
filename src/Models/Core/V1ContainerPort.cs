namespace Palisade.Models;

/// <summary>A port that a container says it serves.</summary>
public sealed class V1ContainerPort
{
    /// <summary>Name that policies and Services can refer to.</summary>
    public string? Name { get; set; }

    /// <summary>Number of the port, 1 to 65535.</summary>
    public int ContainerPort { get; set; }

    /// <summary>TCP, UDP or SCTP; TCP when absent.</summary>
    public string? Protocol { get; set; }
}
