using System.Net;
using System.Net.Sockets;
using Palisade.Policy;
using Palisade.Policy.Net;

namespace Palisade.Lab;

/// <summary>
/// Gives the nodes of a cluster the addresses and pod ranges that a lab can be built with. What the nodes report is used where it can be: a
/// cluster may be dual stack though its nodes report one family, nodes behind NAT may all report the same address, and where the network plugin
/// hands out addresses itself a pod's need not be in its node's range.
/// </summary>
internal sealed class NodeAddressing
{
    /// <summary>Set apart for tests of networks (RFC 2544, RFC 5180), so hardly ever named by a policy.</summary>
    private static readonly Cidr[] Spare = [Cidr.Parse("198.18.0.0/15"), Cidr.Parse("2001:2::/48")];

    private readonly IReadOnlyList<LabPod> _pods;
    private readonly HashSet<IpAddress> _podAddresses;
    private readonly Dictionary<string, IpAddress[]> _reported;
    private readonly Dictionary<IpAddress, int> _reporters;
    private readonly HashSet<IpAddress> _taken;
    private readonly SortedDictionary<string, List<string>> _madeUp = new(StringComparer.Ordinal);

    /// <summary>Looks at a cluster's nodes and the pods that are to be built.</summary>
    public NodeAddressing(ClusterSnapshot snapshot, IReadOnlyList<LabPod> pods)
    {
        _pods = pods;
        _podAddresses = [.. pods.SelectMany(pod => pod.Addresses).Select(IpAddress.From)];
        _reported = snapshot.Nodes.ToDictionary(
            node => node.Name,
            node => node.InternalAddresses.Distinct().ToArray(),
            StringComparer.Ordinal
        );
        _reporters = _reported.Values.SelectMany(addresses => addresses).CountBy(address => address).ToDictionary();
        _taken = [.. _reporters.Keys, .. _podAddresses];
        var nodes = snapshot.Nodes.Select(node => (node.Name, Addresses: AddressesOf(node.Name))).ToList();
        var own = CidrSet.From(nodes.SelectMany(node => node.Addresses).Select(Cidr.Single));
        var ranges = snapshot.Nodes.SelectMany(RangesOf).ToList();
        Nodes =
        [
            .. nodes.Select(node => new LabNode(
                node.Name,
                [.. node.Addresses.Select(address => address.ToIPAddress())],
                [
                    .. ranges
                        .Where(item => item.Node == node.Name && !own.Overlaps(item.Range) && IsUsable(item, ranges))
                        .Select(item => new IPNetwork(item.Range.Network.ToIPAddress(), item.Range.PrefixLength)),
                ]
            )),
        ];
    }

    /// <summary>The nodes as they can be built.</summary>
    public IReadOnlyList<LabNode> Nodes { get; }

    /// <summary>What was made up instead of what is reported, as human-readable messages.</summary>
    public IReadOnlyList<string> Synthetic =>
        [
            .. _madeUp.Select(item =>
                $"{item.Key}: {string.Join(", ", item.Value.Take(3))}{(item.Value.Count > 3 ? $" and {item.Value.Count - 3} more" : "")}"
            ),
        ];

    private static IEnumerable<(string Node, Cidr Range)> RangesOf(NodeFacts node) =>
        node.PodRanges.DistinctBy(range => range.Family).Select(range => (node.Name, range));

    /// <summary>What a node reports, and one made up for each family that its pods have and of which it reports none that can be used.</summary>
    private List<IpAddress> AddressesOf(string node)
    {
        var usable = _reported[node].Where(IsUsable).ToList();
        var families = _pods
            .Where(pod => pod.Node == node)
            .SelectMany(pod => pod.Addresses)
            .Select(address => IpAddress.From(address).Family);
        foreach (var family in families.Distinct().Order().Except(usable.Select(address => address.Family)).ToList())
        {
            var address = Free(family);
            usable.Add(address);
            Note(ReasonSynthetic(node, family), $"{node} {address}");
        }
        return usable;
    }

    private bool IsUsable(IpAddress address) =>
        HostAddresses.CanHave(address) && _reporters[address] == 1 && !_podAddresses.Contains(address);

    private string ReasonSynthetic(string node, IpFamily family)
    {
        var reported = _reported[node].Where(address => address.Family == family).ToList();
        return reported.Count == 0 ? $"{family} addresses of nodes that report none"
            : reported.Exists(address => _reporters[address] > 1) ? $"{family} addresses of nodes that report the same one"
            : reported.Exists(_podAddresses.Contains) ? $"{family} addresses of nodes that report one of a pod"
            : $"{family} addresses of nodes that report one that no host can have";
    }

    private IpAddress Free(IpFamily family)
    {
        var spare = Array.Find(Spare, block => block.Family == family);
        for (var address = spare.First + 1; ; address++)
        {
            if (_taken.Add(new(family, address)))
            {
                return new(family, address);
            }
        }
    }

    private void Note(string why, string what)
    {
        if (!_madeUp.TryGetValue(why, out var list))
        {
            _madeUp.Add(why, list = []);
        }
        list.Add(what);
    }

    /// <summary>
    /// Whether a node's bridge can have the range: all of the node's pods are in it, nobody else is, and its first address is the bridge's.
    /// </summary>
    private bool IsUsable((string Node, Cidr Range) item, List<(string Node, Cidr Range)> all)
    {
        var (node, range) = item;
        return IpAddress.Bits(range.Family) - range.PrefixLength >= 2
            && !HostAddresses.Unassignable.Overlaps(range)
            && !all.Exists(other => other.Node != node && other.Range.Overlaps(range))
            && !((UInt128[])[range.First, range.First + 1, range.Last]).Any(value => _podAddresses.Contains(new(range.Family, value)))
            && _pods.All(pod =>
                pod.Addresses.Select(IpAddress.From)
                    .Where(address => address.Family == range.Family)
                    .All(address => range.Contains(address) == (pod.Node == node))
            );
    }
}

/// <summary>Which addresses a host can have that others reach by routing (RFC 6890, RFC 4291).</summary>
public static class HostAddresses
{
    /// <summary>Where clouds have their metadata server: the one link-local address that nodes route to.</summary>
    private static readonly Cidr MetadataServer = Cidr.Parse("169.254.169.254/32");

    /// <summary>IPv4 behind a translator (RFC 6052, RFC 8215): the only part of ::/8 in use that is routed.</summary>
    private static readonly Cidr[] Translated = [Cidr.Parse("64:ff9b::/96"), Cidr.Parse("64:ff9b:1::/48")];

    /// <summary>Unspecified, loopback, link-local, multicast, reserved, broadcast and discarded addresses.</summary>
    public static CidrSet Unassignable { get; } =
        CidrSet
            .From(
                ((string[])["0.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4"])
                    .Concat(["::/8", "100::/64", "fe80::/10", "ff00::/8"])
                    .Select(Cidr.Parse)
            )
            .Except(CidrSet.From([MetadataServer, .. Translated]));

    /// <summary>Whether a host can have the address.</summary>
    public static bool CanHave(IpAddress address) => !Unassignable.Contains(address);
}

/// <summary>The address families that this machine has: a kernel may be without IPv6.</summary>
internal static class UsableFamilies
{
    /// <summary>The families.</summary>
    public static AddressFamily[] All =>
        Socket.OSSupportsIPv6 ? [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6] : [AddressFamily.InterNetwork];

    /// <summary>Those of the addresses that are of such a family.</summary>
    public static IReadOnlyList<IPAddress> Filter(IEnumerable<IPAddress> addresses) =>
        [.. addresses.Where(address => All.Contains(address.AddressFamily))];

    /// <summary>Those of the ranges that are of such a family.</summary>
    public static IReadOnlyList<IPNetwork> Filter(IEnumerable<IPNetwork> ranges) =>
        [.. ranges.Where(range => All.Contains(range.BaseAddress.AddressFamily))];
}
