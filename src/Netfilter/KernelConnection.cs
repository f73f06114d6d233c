using Palisade.Policy.Net;

namespace Palisade.Netfilter;

/// <summary>The tools of one backend, for the families that the kernel has.</summary>
internal sealed class KernelConnection
{
    public KernelConnection(ToolRunner runner, NetfilterOptions options, NetfilterBackend backend, bool hasIPv6)
    {
        Backend = backend;
        Ipset = new IpsetTool(runner);
        IpFamily[] families = hasIPv6 ? [IpFamily.IPv4, IpFamily.IPv6] : [IpFamily.IPv4];
        Iptables = families.ToDictionary(family => family, family => new IptablesTool(runner, options, backend, family));
        Reader = new KernelReader(Iptables, Ipset);
    }

    public NetfilterBackend Backend { get; }

    public IpsetTool Ipset { get; }

    public IReadOnlyDictionary<IpFamily, IptablesTool> Iptables { get; }

    public KernelReader Reader { get; }
}
