namespace Palisade.Models;

/// <summary>Allows outgoing connections to any of the peers on any of the ports.</summary>
public sealed class ClusterEgressRule
{
    /// <summary>Destinations; absent or empty means every destination, also outside the cluster.</summary>
    [Items(maxItems: 1000)]
    public IList<ClusterPolicyPeer>? To { get; set; }

    /// <summary>Ports of the destinations; absent or empty means every port and protocol.</summary>
    [Items(maxItems: 256)]
    public IList<V1NetworkPolicyPort>? Ports { get; set; }
}
