using Palisade.Policy.Net;

namespace Palisade.Netfilter;

/// <summary>The tools of one backend, for some families.</summary>
internal sealed class KernelConnection
{
    public KernelConnection(ToolRunner runner, NetfilterOptions options, NetfilterBackend backend, IEnumerable<IpFamily> families)
    {
        Backend = backend;
        Ipset = new IpsetTool(runner);
        Iptables = families.ToDictionary(family => family, family => new IptablesTool(runner, options, backend, family));
        Reader = new KernelReader(Iptables, Ipset);
    }

    public NetfilterBackend Backend { get; }

    public IpsetTool Ipset { get; }

    public IReadOnlyDictionary<IpFamily, IptablesTool> Iptables { get; }

    public KernelReader Reader { get; }
}
