namespace Palisade.Models;

/// <summary>A port of a Service.</summary>
public sealed class V1ServicePort
{
    /// <summary>Name of the port.</summary>
    public string? Name { get; set; }

    /// <summary>TCP, UDP or SCTP; TCP when absent.</summary>
    public string? Protocol { get; set; }

    /// <summary>Number of the port on the cluster address.</summary>
    public int Port { get; set; }

    /// <summary>Number or name of the port on the pods.</summary>
    public IntOrString? TargetPort { get; set; }
}
