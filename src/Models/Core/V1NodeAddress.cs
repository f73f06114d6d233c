namespace Palisade.Models;

/// <summary>An address or name of a node.</summary>
public sealed class V1NodeAddress
{
    /// <summary><c>InternalIP</c>, <c>ExternalIP</c>, <c>Hostname</c> and so on.</summary>
    public string Type { get; set; } = "";

    /// <summary>The address or name.</summary>
    public string Address { get; set; } = "";
}
