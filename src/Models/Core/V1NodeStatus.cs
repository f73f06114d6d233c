namespace Palisade.Models;

/// <summary>State of a node.</summary>
public sealed class V1NodeStatus
{
    /// <summary>Addresses and names of the node.</summary>
    public IList<V1NodeAddress>? Addresses { get; set; }
}
