namespace Palisade.Models;

/// <summary>A port, or a range of ports, of one protocol.</summary>
[ValidationRule("!has(self.endPort) || has(self.port)", "endPort needs port, the first port of the range")]
public sealed class V1NetworkPolicyPort
{
    /// <summary>TCP, UDP or SCTP; TCP when absent.</summary>
    [Length(maxLength: 64)]
    public string? Protocol { get; set; }

    /// <summary>Number or name of the port; absent means every port of the protocol.</summary>
    public IntOrString? Port { get; set; }

    /// <summary>Last port of a range that begins at port, inclusive; port must be a number.</summary>
    public int? EndPort { get; set; }
}
