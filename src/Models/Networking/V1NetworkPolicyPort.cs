namespace Palisade.Models;

/// <summary>A port, or a range of ports, of one protocol.</summary>
public sealed class V1NetworkPolicyPort
{
    /// <summary>TCP, UDP or SCTP; TCP when absent.</summary>
    public string? Protocol { get; set; }

    /// <summary>Number or name of the port; absent means every port of the protocol.</summary>
    public IntOrString? Port { get; set; }

    /// <summary>Last port of a range that begins at port, inclusive; port must be a number.</summary>
    public int? EndPort { get; set; }
}
