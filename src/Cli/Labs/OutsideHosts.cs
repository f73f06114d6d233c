using Palisade.Lab;
using Palisade.Lab.Probes;
using Palisade.Lab.Reachability;
using Palisade.Policy;
using Palisade.Policy.Net;

namespace Palisade.Cli.Labs;

/// <summary>Hosts outside the cluster that show what the policies' ipBlocks do, and which blocks they cannot show.</summary>
internal sealed class OutsideHosts
{
    private const int MaxBlocks = 6;
    private const int MaxNamed = 4;

    /// <summary>Set apart for documentation and tests, in the order of preference (RFC 5737, RFC 2544, RFC 3849, RFC 9637).</summary>
    private static readonly IpAddress[] Usual =
    [
        .. ((string[])["203.0.113.10", "198.51.100.10", "192.0.2.10", "198.19.0.10"])
            .Concat(["2001:db8::10", "3fff::10", "fd00:ffff::10"])
            .Select(IpAddress.Parse),
    ];

    private readonly List<IpAddress> _addresses = [];
    private readonly List<Cidr> _unassignable = [];
    private readonly List<Cidr> _own = [];
    private readonly List<Cidr> _otherFamily = [];
    private readonly List<string> _services = [];
    private readonly CidrSet _taken;
    private readonly Dictionary<IpAddress, string> _serviceOf;
    private int _more;

    /// <summary>Chooses an address of each family that pods have and no policy names in particular, and one for each block that no endpoint shows yet.</summary>
    /// <param name="cluster">The cluster with all policies.</param>
    /// <param name="services">The cluster's Services.</param>
    /// <param name="topology">Its nodes and pods as the lab builds them.</param>
    public OutsideHosts(ClusterSnapshot cluster, IEnumerable<V1Service> services, LabTopology topology)
    {
        var pods = topology.Pods.SelectMany(pod => pod.Addresses).Select(IpAddress.From).ToList();
        _serviceOf = AddressesOf(services);
        _taken = CidrSet.From(
            pods.Concat(_serviceOf.Keys)
                .Concat(topology.Nodes.SelectMany(node => node.Addresses).Select(IpAddress.From))
                .Select(Cidr.Single)
                .Concat(OwnBlocks(cluster))
        );
        var families = pods.Select(pod => pod.Family).Distinct().Order().ToList();
        foreach (var family in families)
        {
            _addresses.AddRange(Usual.Where(address => address.Family == family && !_taken.Contains(address)).Take(1));
        }
        var usual = _addresses.Count;
        var blocks = BlocksOf(cluster);
        for (var i = 0; i < blocks.Count; i++)
        {
            // Ordered by network, then length: the blocks inside of one come right after it.
            var inner = blocks.Skip(i + 1).TakeWhile(blocks[i].Contains);
            if (!families.Contains(blocks[i].Family))
            {
                _otherFamily.Add(blocks[i]);
                continue;
            }
            Show(blocks[i], CidrSet.From(blocks[i]).Except(CidrSet.From(inner)), pods, usual);
        }
    }

    /// <summary>The addresses, the usual ones first.</summary>
    public IReadOnlyList<IpAddress> Addresses => _addresses;

    /// <summary>Which blocks of policies no host outside shows, and why, as human-readable messages.</summary>
    public IReadOnlyList<string> NotMeasured =>
        [
            .. _unassignable.Count == 0 ? Array.Empty<string>() : [$"no host can have an address of {Join(_unassignable)}"],
            .. _services,
            .. _own.Count == 0 ? Array.Empty<string>() : [$"only nodes and pods of the cluster can have an address of {Join(_own)}"],
            .. _otherFamily.Count == 0 ? Array.Empty<string>() : [$"no pod has an address of the family of {Join(_otherFamily)}"],
            .. _more == 0 ? Array.Empty<string>() : [$"{_more} more ipBlocks; the lab shows {MaxBlocks} of them by a host outside"],
        ];

    private static Dictionary<IpAddress, string> AddressesOf(IEnumerable<V1Service> services) =>
        services
            .SelectMany(service =>
                (service.Spec?.ClusterIPs ?? []).Append(service.Spec?.ClusterIP).Select(address => (Text: address, service.Metadata))
            )
            .Select(item => (IsAddress: IpAddress.TryParse(item.Text, out var address), Address: address, item.Metadata))
            .Where(item => item.IsAddress)
            .DistinctBy(item => item.Address)
            .ToDictionary(item => item.Address, item => $"{item.Metadata.NamespaceProperty ?? "default"}/{item.Metadata.Name}");

    private static IEnumerable<Cidr> OwnBlocks(ClusterSnapshot cluster) =>
        cluster.Nodes.SelectMany(node => node.PodRanges.Concat(node.InternalAddresses.Select(Cidr.Single)));

    /// <summary>The blocks that policies name, exceptions too, each once, in order.</summary>
    private static List<Cidr> BlocksOf(ClusterSnapshot cluster) =>
        [
            .. cluster
                .Policies.SelectMany(policy => policy.Spec.Ingress ?? [])
                .SelectMany(rule => rule.FromProperty ?? [])
                .Concat(cluster.Policies.SelectMany(policy => policy.Spec.Egress ?? []).SelectMany(rule => rule.To ?? []))
                .Select(peer => peer.IpBlock)
                .OfType<V1IPBlock>()
                .SelectMany(block => (block.Except ?? []).Append(block.Cidr))
                .Select(text => Cidr.TryParseLenient(text, out var block) ? block : (Cidr?)null)
                .OfType<Cidr>()
                .Distinct()
                .Order(),
        ];

    /// <summary>Adds a host for a block, unless somebody shows already what is in it and in no block inside of it.</summary>
    private void Show(Cidr block, CidrSet alone, List<IpAddress> pods, int usual)
    {
        if (alone.IsEmpty || pods.Exists(alone.Contains) || _addresses.Exists(alone.Contains))
        {
            return;
        }
        var possible = alone.Except(HostAddresses.Unassignable);
        var free = possible.Except(_taken);
        if (possible.IsEmpty)
        {
            _unassignable.Add(block);
        }
        else if (free.IsEmpty && block.IsSingle && _serviceOf.TryGetValue(block.Network, out var service))
        {
            _services.Add($"{block} is the address of Service {service}; connections to it are judged by the pods behind the Service");
        }
        else if (free.IsEmpty)
        {
            _own.Add(block);
        }
        else if (_addresses.Count - usual == MaxBlocks)
        {
            _more++;
        }
        else
        {
            _addresses.Add(HostOf(free.ToCidrs()[0]));
        }
    }

    private static IpAddress HostOf(Cidr block) => block.IsSingle ? block.Network : new IpAddress(block.Family, block.First + 1);

    private static string Join(List<Cidr> blocks) =>
        string.Join(", ", blocks.Take(MaxNamed)) + (blocks.Count > MaxNamed ? $" and {blocks.Count - MaxNamed} more" : "");
}

/// <summary>Ports of hosts outside the cluster that show what the policies' rules for addresses do.</summary>
internal static class OutsidePorts
{
    private const int MaxPorts = 4;

    /// <summary>HTTPS, and the ports that egress rules with an ipBlock name.</summary>
    public static IReadOnlyList<ServedPort> For(ClusterSnapshot cluster)
    {
        var named = cluster
            .Policies.SelectMany(policy => policy.Spec.Egress ?? [])
            .Where(rule => rule.To is null || rule.To.Any(peer => peer.IpBlock is not null))
            .SelectMany(rule => rule.Ports ?? [])
            .Where(port => port.Protocol != "SCTP" && port.Port is { IsText: false, Number: > 0 and <= 65535 })
            .Select(port => new ServedPort(port.Port!.Number, port.Protocol == "UDP" ? ProbeProtocol.Udp : ProbeProtocol.Tcp));
        return [.. named.Distinct().Order().Take(MaxPorts).Append(new(443, ProbeProtocol.Tcp)).Distinct()];
    }
}
