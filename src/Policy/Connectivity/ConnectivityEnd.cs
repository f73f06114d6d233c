using System.Collections.Immutable;
using System.Globalization;
using Palisade.Policy.Evaluation;
using Palisade.Policy.Net;

namespace Palisade.Policy.Connectivity;

/// <summary>
/// One end of connections: the pods of a workload, or addresses outside the cluster. No policy of the snapshot tells the pods of one
/// end from each other, nor its addresses: what holds for one holds for all.
/// </summary>
public sealed record ConnectivityEnd
{
    private ConnectivityEnd() { }

    /// <summary>Number of the end in its analysis, from 0.</summary>
    public int Index { get; internal init; }

    /// <summary>Namespace of the pods; null outside the cluster.</summary>
    public string? Namespace { get; private init; }

    /// <summary>Name of the workload, unique in its namespace; outside the cluster the addresses in short.</summary>
    public required string Name { get; init; }

    /// <summary>Kind of the pods' owner, such as StatefulSet; null when they have none, and outside the cluster.</summary>
    public string? OwnerKind { get; private init; }

    /// <summary>The pods, by name; none outside the cluster.</summary>
    public ImmutableArray<PodFacts> Pods { get; private init; } = [];

    /// <summary>The addresses outside the cluster; none for pods.</summary>
    public CidrSet Addresses { get; private init; } = CidrSet.Empty;

    /// <summary>Whether the end is outside the cluster.</summary>
    public bool IsOutside => Pods.IsEmpty;

    /// <summary>An address of each family that the end has: the first.</summary>
    internal ImmutableDictionary<IpFamily, IpAddress> Samples { get; private init; } = ImmutableDictionary<IpFamily, IpAddress>.Empty;

    /// <summary>For each family in which the pods' addresses are not known, the addresses that may be meant; none for real ones.</summary>
    internal ImmutableDictionary<IpFamily, CidrSet> Ranges { get; private init; } = ImmutableDictionary<IpFamily, CidrSet>.Empty;

    /// <summary>Whether the end has an address of the family.</summary>
    public bool Has(IpFamily family) => Samples.ContainsKey(family);

    /// <summary>namespace/name, or <c>outside</c> and the addresses in short.</summary>
    public override string ToString() => IsOutside ? $"outside {Name}" : $"{Namespace}/{Name}";

    internal static ConnectivityEnd OfPods(
        string inNamespace,
        string name,
        string? ownerKind,
        ImmutableArray<PodFacts> pods,
        SyntheticFacts synthetic
    )
    {
        var samples = First(pods[0].Addresses);
        return new()
        {
            Namespace = inNamespace,
            Name = name,
            OwnerKind = ownerKind,
            Pods = pods,
            Samples = samples,
            Ranges = samples
                .Values.Where(address => synthetic.Addresses.ContainsKey(address))
                .ToImmutableDictionary(address => address.Family, address => synthetic.RangeOf(address)!),
        };
    }

    internal static ConnectivityEnd OfAddresses(CidrSet addresses, string? name = null) =>
        new()
        {
            Name = name ?? AddressNames.Describe(addresses, [], CidrSet.Empty),
            Addresses = addresses,
            Samples = First(addresses.ToCidrs().Select(block => block.Network)),
        };

    private static ImmutableDictionary<IpFamily, IpAddress> First(IEnumerable<IpAddress> addresses) =>
        addresses.DistinctBy(address => address.Family).ToImmutableDictionary(address => address.Family);
}

/// <summary>Finds the ends of connections in a snapshot: workloads, and the parts of the outside that the rules tell apart.</summary>
internal static class EndCollector
{
    public static ImmutableArray<ConnectivityEnd> Collect(ClusterSnapshot snapshot, SnapshotIndex index)
    {
        var rules = index.Policies.SelectMany(PolicyReach.RulesOf).ToList();
        var partition = new AddressPartition([.. rules.Select(PolicyReach.BlocksOf).Where(blocks => !blocks.IsEmpty).Distinct()]);
        var selectors = rules
            .SelectMany(rule => rule.Peers)
            .Where(peer => peer.IsSelector && !peer.IsBlock)
            .DistinctBy(peer => peer.SelectorKey, StringComparer.Ordinal);
        var workloads = new WorkloadGrouping(index, partition, [.. selectors], snapshot.Synthetic).Group(snapshot.Pods);
        return [.. workloads.Concat(Outside(snapshot, partition, rules)).Select((end, i) => end with { Index = i })];
    }

    private static IEnumerable<ConnectivityEnd> Outside(
        ClusterSnapshot snapshot,
        AddressPartition partition,
        IReadOnlyCollection<EvaluatedRule> rules
    )
    {
        var ofPods = CidrSet.From(snapshot.Nodes.SelectMany(node => node.PodRanges));
        // Nobody outside has a Service's address either.
        ofPods = ofPods.Union(snapshot.ServiceAddresses);
        var ofSinglePods = CidrSet.From(snapshot.Pods.Where(pod => pod.IsSelectable).SelectMany(pod => pod.Addresses).Select(Cidr.Single));
        var named = NamedBlocks(rules, partition, ofPods);
        return partition
            .Parts.Select((part, i) => (Addresses: part.Except(ofPods), Named: named[i].ToList()))
            .Where(part => !ofSinglePods.Covers(part.Addresses))
            .OrderBy(part => part.Addresses.ToCidrs()[0])
            .Select(part => ConnectivityEnd.OfAddresses(part.Addresses, AddressNames.Describe(part.Addresses, part.Named, ofPods)))
            .GroupBy(end => end.Name, StringComparer.Ordinal)
            .SelectMany(alike => alike.Select((end, i) => i == 0 ? end : end with { Name = Numbered(end.Name, i + 1) }));
    }

    /// <summary>For each part, the blocks that rules name and of which it has all that is not of pods.</summary>
    private static ILookup<int, Cidr> NamedBlocks(IEnumerable<EvaluatedRule> rules, AddressPartition partition, CidrSet ofPods) =>
        rules
            .SelectMany(rule => rule.Peers)
            .SelectMany(peer => peer.NamedBlocks)
            .Distinct()
            .Select(block => (Block: block, Left: CidrSet.From(block).Except(ofPods)))
            .Where(item => !item.Left.IsEmpty)
            .Select(item => (item.Block, item.Left, Part: partition.PartOf(item.Left.ToCidrs()[0].Network)))
            .Where(item => partition.Parts[item.Part].Covers(item.Left))
            .ToLookup(item => item.Part, item => item.Block);

    private static string Numbered(string name, int number) => string.Create(CultureInfo.InvariantCulture, $"{name} ({number})");
}
