using System.Net;
using System.Net.Sockets;

namespace Palisade.Lab;

/// <summary>The network between the nodes, the host outside and the sandbox: the lines for <c>ip -batch</c> that make its ends and routes.</summary>
/// <param name="topology">What is built.</param>
/// <param name="nodes">The nodes by name.</param>
/// <param name="outside">The host outside.</param>
/// <param name="sandboxLink">Name of the sandbox's own end; null when it has none.</param>
internal sealed class LabFabric(LabTopology topology, IReadOnlyDictionary<string, LabHost> nodes, LabHost outside, string? sandboxLink)
{
    private const string Link = "eth0";

    /// <summary>For every host on the fabric, the lines that make its end; the sandbox's own namespace is null.</summary>
    public IEnumerable<(string? Network, IReadOnlyList<string> Lines)> Hosts()
    {
        var sandbox = sandboxLink is null ? [] : UsableFamilies.Filter([topology.SandboxAddress!]);
        var everyone = nodes.Values.SelectMany(node => node.Addresses).Concat(outside.Addresses).Concat(sandbox).ToList();
        foreach (var (name, host) in nodes)
        {
            yield return (
                host.Network.Name,
                [
                    .. LabCommands.OnFabric(Link, host.Addresses, everyone.Except(host.Addresses)),
                    .. LabCommands.NodeBridge(UsableFamilies.Filter(topology.RangesOf(name)), UsableFamilies.All),
                    .. RoutesToRanges(except: name, Link),
                    .. LabCommands.Routes(UsableFamilies.Filter(LabCommands.Everything), outside.Addresses, Link),
                ]
            );
        }
        yield return (
            outside.Network.Name,
            [.. LabCommands.OnFabric(Link, outside.Addresses, everyone.Except(outside.Addresses)), .. RoutesToRanges(except: null, Link)]
        );
        if (sandboxLink is not null)
        {
            yield return (
                null,
                [.. LabCommands.OnFabric(sandboxLink, sandbox, everyone.Except(sandbox)), .. RoutesToRanges(except: null, sandboxLink)]
            );
        }
    }

    /// <summary>For every host on the fabric, the lines that make routes to those of the pods' addresses that are in no range.</summary>
    public IEnumerable<(string? Network, IReadOnlyList<string> Lines)> RoutesTo(IReadOnlyList<(LabPod Pod, LabHost Host)> pods)
    {
        var single = pods.Select(item => (item.Pod.Node, Addresses: OutOfRange(item.Pod, item.Host)))
            .Where(item => item.Addresses.Count > 0)
            .ToList();
        if (single.Count == 0)
        {
            yield break;
        }
        foreach (var (name, host) in nodes)
        {
            var own = single.Where(item => item.Node == name).SelectMany(item => LabCommands.RoutesToPod(item.Addresses));
            yield return (host.Network.Name, [.. own, .. Through(Link, single.Where(item => item.Node != name))]);
        }
        yield return (outside.Network.Name, [.. Through(Link, single)]);
        if (sandboxLink is not null)
        {
            yield return (null, [.. Through(sandboxLink, single)]);
        }
    }

    private List<IPAddress> OutOfRange(LabPod pod, LabHost host) =>
        [.. host.Addresses.Where(address => !topology.RangesOf(pod.Node).Any(range => range.Contains(address)))];

    private IEnumerable<string> Through(string link, IEnumerable<(string Node, List<IPAddress> Addresses)> pods) =>
        pods.SelectMany(item => LabCommands.RoutesToPod(item.Addresses, nodes[item.Node], link));

    private IEnumerable<string> RoutesToRanges(string? except, string link) =>
        from node in nodes
        where !string.Equals(node.Key, except, StringComparison.Ordinal)
        from line in LabCommands.Routes(UsableFamilies.Filter(topology.RangesOf(node.Key)), node.Value.Addresses, link)
        select line;
}

/// <summary>A place in the lab from which and to which connections can be made: a pod, a node, or the host outside.</summary>
public sealed class LabHost
{
    internal LabHost(string name, string? node, NetworkNamespace network, IReadOnlyList<IPAddress> addresses)
    {
        (Name, Node, Network, Addresses) = (name, node, network, addresses);
    }

    /// <summary><c>namespace/name</c> of a pod, the name of a node, or <c>outside</c>.</summary>
    public string Name { get; }

    /// <summary>Name of the node that a pod runs on; null for anything but a pod.</summary>
    public string? Node { get; }

    /// <summary>The network namespace.</summary>
    public NetworkNamespace Network { get; }

    /// <summary>Its addresses.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; }

    /// <summary>Its first address of a family; null when it has none.</summary>
    public IPAddress? AddressOf(AddressFamily family) => Addresses.FirstOrDefault(address => address.AddressFamily == family);

    /// <summary>The same place, known by one of its addresses only: connections from it have that source.</summary>
    public LabHost At(IPAddress address) =>
        Addresses.Contains(address)
            ? new LabHost($"{Name} {address}", Node, Network, [address])
            : throw new LabException($"{Name} does not have the address {address}");

    /// <summary>Whether this host has no network of its own but another's, as a pod with <c>hostNetwork: true</c>.</summary>
    internal bool UsesNetworkOf(LabHost other) => ReferenceEquals(Network, other.Network);

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>How pods of one node reach each other.</summary>
public enum PodLinks
{
    /// <summary>Over the node's bridge, as with the bridge plugin; iptables sees it because of bridge-nf-call-iptables.</summary>
    Bridged,

    /// <summary>By the node's routing, as with the ptp plugin or Calico; needs no br_netfilter in the kernel.</summary>
    Routed,
}
