using System.Collections.Immutable;
using Palisade.Policy.Expansion;
using Palisade.Policy.Selectors;

namespace Palisade.Policy.Validation;

/// <summary>
/// Where a cluster's DNS servers are reached: in which namespaces, and on which ports their pods listen. Those are what policies go by, and
/// not the port of their Service: on OpenShift 5353.
/// </summary>
internal sealed class DnsServers
{
    private const int DnsPort = 53;

    /// <summary>On which the DNS pods of OpenShift listen; nobody else's DNS does, but for multicast DNS, which is no matter of policies.</summary>
    private const int OpenShiftDnsPort = 5353;
    private const string Tcp = "TCP";
    private const string Udp = "UDP";
    private const string NodeLocalRange = "169.254.";

    private readonly ImmutableHashSet<int> _udp;
    private readonly ImmutableHashSet<int> _tcp;
    private readonly ImmutableHashSet<string> _names = [];

    /// <summary>Labels of the namespaces that the servers are in; none where the Service does not tell.</summary>
    private readonly ImmutableArray<LabelSet> _homes;

    private DnsServers(ImmutableHashSet<int> udp, ImmutableHashSet<int> tcp, ImmutableArray<LabelSet> homes) =>
        (_udp, _tcp, _homes) = (udp, tcp, homes);

    private DnsServers(IReadOnlyList<EntityDestination> pods, IEnumerable<EntityDestination> others, ClusterSnapshot snapshot)
    {
        var all = others.Concat(pods).ToList();
        _udp = Numbers(all, Udp, snapshot);
        _tcp = Numbers(all, Tcp, snapshot);
        _names = [.. all.SelectMany(d => d.Ports).Where(p => p is { Port.IsText: true, Protocol: Udp }).Select(p => p.Port!.Text!)];
        var selectors = pods.SelectMany(d => d.Peers)
            .Select(p => p.NamespaceSelector)
            .Where(s => s is not null && !IsEverything(s))
            .ToList();
        _homes =
        [
            .. snapshot
                .Namespaces.Select(n => n.Labels)
                .Where(labels => labels.Count > 0 && selectors.Exists(selector => LabelSelectorMatcher.Matches(selector, labels))),
        ];
    }

    /// <summary>What may be where no Service of DNS is known: the port that is usual, or that of OpenShift.</summary>
    public static DnsServers Unknown { get; } =
        new(
            [DnsPort, OpenShiftDnsPort],
            [DnsPort],
            [LabelSet.From(new Dictionary<string, string>(StringComparer.Ordinal) { ["kubernetes.io/metadata.name"] = "kube-system" })]
        );

    /// <summary>The number of the port that DNS is asked on over UDP, the lowest of several.</summary>
    public int Port => _udp.IsEmpty ? DnsPort : _udp.Min();

    /// <summary>The servers that the cluster's Services of DNS lead to.</summary>
    public static DnsServers From(ClusterSnapshot snapshot)
    {
        var destinations = snapshot.Entities.Dns;
        if (destinations.All(destination => ReferenceEquals(destination, EntityDiscovery.ConventionalDns)))
        {
            return Unknown;
        }

        var pods = destinations.Where(d => d.Peers.Any(p => p.PodSelector is not null)).ToList();
        // The Service's own address is none that a policy sees, where its pods are known; that of a cache on the node is.
        var others = pods.Count == 0 ? destinations : destinations.Where(d => d.Peers.Any(IsNodeLocal));
        return new(pods, others, snapshot);
    }

    /// <summary>Whether a port entry lets queries over UDP pass; a name is taken for what it says.</summary>
    public bool AllowsUdp(V1NetworkPolicyPort entry) =>
        entry.Protocol == Udp
        && entry.Port switch
        {
            null => true,
            { IsText: true } name => _names.Contains(name.Text!) || name.Text!.Contains("dns", StringComparison.Ordinal),
            { } port => _udp.Any(number => port.Number <= number && number <= (entry.EndPort ?? port.Number)),
        };

    /// <summary>Whether a port entry is that of DNS over TCP.</summary>
    public bool IsTcp(V1NetworkPolicyPort entry) =>
        (entry.Protocol ?? Tcp) == Tcp && entry is { Port: { IsText: false } port, EndPort: null } && _tcp.Contains(port.Number);

    /// <summary>Whether a selector of namespaces selects one that the servers may be in.</summary>
    public bool MayBeIn(V1LabelSelector namespaces) =>
        _homes.IsEmpty || _homes.Any(labels => LabelSelectorMatcher.Matches(namespaces, labels));

    private static bool IsEverything(V1LabelSelector? selector) => LabelSelectorKey.From(selector) == LabelSelectorKey.Everything;

    private static bool IsNodeLocal(V1NetworkPolicyPeer peer) =>
        peer.IpBlock?.Cidr?.StartsWith(NodeLocalRange, StringComparison.Ordinal) == true;

    private static ImmutableHashSet<int> Numbers(List<EntityDestination> destinations, string protocol, ClusterSnapshot snapshot)
    {
        var numbers = new HashSet<int>();
        foreach (var destination in destinations)
        {
            foreach (var port in destination.Ports.Where(p => (p.Protocol ?? Tcp) == protocol))
            {
                numbers.UnionWith(port.Port is { IsText: true } name ? Resolve(destination, name.Text!, protocol, snapshot) : Number(port));
            }
        }

        return [.. numbers];
    }

    private static IEnumerable<int> Number(V1NetworkPolicyPort port) => port.Port is { } number ? [number.Number] : [];

    /// <summary>What the servers' pods call by the name; while none is known either port may be meant.</summary>
    private static List<int> Resolve(EntityDestination destination, string name, string protocol, ClusterSnapshot snapshot)
    {
        var numbers = snapshot
            .Pods.Where(pod => destination.Peers.Any(peer => LabelSelectorMatcher.Matches(peer.PodSelector, pod.Labels)))
            .SelectMany(pod => pod.PortsNamed(name, protocol))
            .Distinct()
            .ToList();
        return numbers.Count > 0 ? numbers : [DnsPort, OpenShiftDnsPort];
    }
}
