namespace Palisade.Netfilter;

/// <summary>Looks for IPVS, which kube-proxy uses in mode ipvs.</summary>
public static class Ipvs
{
    /// <summary>
    /// Whether the kernel has IPVS loaded. It takes a pod's packets to a Service at INPUT and sends them on through OUTPUT: they never pass FORWARD
    /// (kernel: net/netfilter/ipvs/ip_vs_core.c).
    /// </summary>
    public static bool IsLoaded() => File.Exists("/proc/net/ip_vs");
}
