namespace Palisade.Lab;

/// <summary>Kernel parameters of the lab's network namespaces.</summary>
internal static class LabParameters
{
    /// <summary>Sets what every namespace of the lab needs.</summary>
    public static void SetForAll(NetworkNamespace network)
    {
        // Addresses are usable at once, refusals are never held back, and any way back is as good as the way there.
        network.SetParameter("ipv6/conf/all/accept_dad", "0");
        network.SetParameter("ipv6/conf/default/accept_dad", "0");
        // A node that routes between its own pods tells them of a shorter way, which port isolation forbids.
        network.SetParameter("ipv6/conf/all/accept_redirects", "0");
        network.SetParameter("ipv6/conf/default/accept_redirects", "0");
        network.SetParameter("ipv4/icmp_ratelimit", "0");
        network.SetParameter("ipv4/icmp_msgs_per_sec", "1000000");
        network.SetParameter("ipv4/icmp_msgs_burst", "1000000");
        network.SetParameter("ipv6/icmp/ratelimit", "0");
        network.SetParameter("ipv4/conf/all/rp_filter", "0");
        network.SetParameter("ipv4/conf/default/rp_filter", "0");
    }

    /// <summary>Sets what a host needs that routes for others.</summary>
    public static void SetForRouter(NetworkNamespace network)
    {
        network.SetParameter("ipv4/ip_forward", "1");
        network.SetParameter("ipv6/conf/all/forwarding", "1");
        // Pods reach each other through the interface they came in by; that is meant, not a detour to be told about.
        network.SetParameter("ipv4/conf/all/send_redirects", "0");
        network.SetParameter("ipv4/conf/default/send_redirects", "0");
    }

    /// <summary>Makes iptables see packets between ports of a bridge.</summary>
    /// <returns>Whether this kernel can.</returns>
    public static bool FilterBridges(NetworkNamespace network) =>
        network.SetParameter("bridge/bridge-nf-call-iptables", "1") & network.SetParameter("bridge/bridge-nf-call-ip6tables", "1");
}
