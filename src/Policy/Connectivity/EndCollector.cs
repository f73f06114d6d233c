using System.Collections.Immutable;
using System.Globalization;
using Palisade.Policy.Evaluation;
using Palisade.Policy.Net;

namespace Palisade.Policy.Connectivity;

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
