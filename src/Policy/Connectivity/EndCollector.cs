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
        var workloads = new WorkloadGrouping(index, partition, [.. selectors]).Group(snapshot.Pods);
        return [.. workloads.Concat(Outside(snapshot, partition)).Select((end, i) => end with { Index = i })];
    }

    private static IEnumerable<ConnectivityEnd> Outside(ClusterSnapshot snapshot, AddressPartition partition)
    {
        var ofPods = CidrSet.Of(
            snapshot
                .Nodes.SelectMany(node => (node.Spec?.PodCIDRs ?? []).Append(node.Spec?.PodCIDR))
                .Select(text => Cidr.TryParseLenient(text, out var range) ? range : (Cidr?)null)
                .OfType<Cidr>()
        );
        var ofSinglePods = CidrSet.Of(snapshot.Pods.Where(PodTraits.IsSelectable).SelectMany(PodTraits.Addresses).Select(Cidr.Single));
        return partition
            .Parts.Select(part => part.Except(ofPods))
            .Where(part => !ofSinglePods.Covers(part))
            .OrderBy(part => part.ToCidrs()[0])
            .Select(ConnectivityEnd.OfAddresses)
            .GroupBy(end => end.Name, StringComparer.Ordinal)
            .SelectMany(alike => alike.Select((end, i) => i == 0 ? end : end with { Name = Numbered(end.Name, i + 1) }));
    }

    private static string Numbered(string name, int number) => string.Create(CultureInfo.InvariantCulture, $"{name} ({number})");
}
