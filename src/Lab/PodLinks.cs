namespace Palisade.Lab;

/// <summary>How pods of one node reach each other.</summary>
public enum PodLinks
{
    /// <summary>Over the node's bridge, as with the bridge plugin; iptables sees it because of bridge-nf-call-iptables.</summary>
    Bridged,

    /// <summary>By the node's routing, as with the ptp plugin or Calico; needs no br_netfilter in the kernel.</summary>
    Routed,
}
