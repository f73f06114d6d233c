namespace Palisade.Models;

/// <summary>Allows outgoing connections to any of the peers on any of the ports.</summary>
public sealed class V1NetworkPolicyEgressRule
{
    /// <summary>Destinations; absent or empty means every destination.</summary>
    public IList<V1NetworkPolicyPeer>? To { get; set; }

    /// <summary>Ports of the destinations; absent or empty means every port and protocol.</summary>
    public IList<V1NetworkPolicyPort>? Ports { get; set; }
}
