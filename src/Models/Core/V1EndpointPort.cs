namespace Palisade.Models;

/// <summary>A port behind a Service.</summary>
public sealed class V1EndpointPort
{
    /// <summary>Name of the port.</summary>
    public string? Name { get; set; }

    /// <summary>Number of the port.</summary>
    public int Port { get; set; }

    /// <summary>TCP, UDP or SCTP; TCP when absent.</summary>
    public string? Protocol { get; set; }
}
