using System.Collections.Immutable;
using Palisade.Policy.Net;

namespace Palisade.Policy.Connectivity;

/// <summary>
/// Which connections two snapshots of a cluster allow differently. Pods are the same when they have the same name, else when their
/// workload has; what the policies of only one snapshot tell apart is compared part by part.
/// </summary>
/// <param name="Opened">What only the new one allows, by the order of the ends; also to and from workloads that only it has.</param>
/// <param name="Closed">What only the old one allows, likewise.</param>
/// <param name="MayOpen">
/// What may pass with the new one and not, or not for sure, with the old one: it depends on where pods get their addresses.
/// </param>
/// <param name="MayClose">The same the other way round.</param>
/// <param name="Added">Workloads that only the new one has.</param>
/// <param name="Removed">Workloads that only the old one has.</param>
public sealed record ConnectivityDifference(
    ImmutableArray<ConnectivityChange> Opened,
    ImmutableArray<ConnectivityChange> Closed,
    ImmutableArray<ConnectivityChange> MayOpen,
    ImmutableArray<ConnectivityChange> MayClose,
    ImmutableArray<ConnectivityEnd> Added,
    ImmutableArray<ConnectivityEnd> Removed
)
{
    /// <summary>Compares two analyses.</summary>
    public static ConnectivityDifference Between(ConnectivityAnalysis old, ConnectivityAnalysis now)
    {
        ArgumentNullException.ThrowIfNull(old);
        ArgumentNullException.ThrowIfNull(now);
        var pairs = EndPairing.Pair(old.Ends, now.Ends);
        var (opened, closed) = (new List<ConnectivityChange>(), new List<ConnectivityChange>());
        var (mayOpen, mayClose) = (new List<ConnectivityChange>(), new List<ConnectivityChange>());
        foreach (var (source, destination) in from source in pairs from destination in pairs select (source, destination))
        {
            Note(opened, mayOpen, now, (source.New, destination.New), old, (source.Old, destination.Old));
            Note(closed, mayClose, old, (source.Old, destination.Old), now, (source.New, destination.New));
        }

        return new(
            Join(opened),
            Join(closed),
            Join(mayOpen),
            Join(mayClose),
            [.. pairs.Where(pair => pair.Old is null && !pair.New!.IsOutside).Select(pair => pair.New!)],
            [.. pairs.Where(pair => pair.New is null && !pair.Old!.IsOutside).Select(pair => pair.Old!)]
        );
    }

    private static void Note(
        List<ConnectivityChange> changes,
        List<ConnectivityChange> unsure,
        ConnectivityAnalysis more,
        (ConnectivityEnd? Source, ConnectivityEnd? Destination) pair,
        ConnectivityAnalysis less,
        (ConnectivityEnd? Source, ConnectivityEnd? Destination) other
    )
    {
        if (pair is not ({ } source, { } destination) || (source.IsOutside && destination.IsOutside) || IsOnePod(source, destination))
        {
            return;
        }

        var ports = PortSet.Union(ConnectivityAnalysis.Families.Select(family => Only(more.Allowed, less.Possible, family)));
        if (!ports.IsEmpty)
        {
            changes.Add(new(source, destination, ports));
        }

        if (more.IsUnsure || less.IsUnsure)
        {
            var rising = ConnectivityAnalysis.Families.SelectMany(family =>
                (PortSet[])[Only(more.Allowed, less.Allowed, family), Only(more.Possible, less.Possible, family)]
            );
            if (PortSet.Union(rising).Except(ports) is { IsEmpty: false } maybe)
            {
                unsure.Add(new(source, destination, maybe));
            }
        }

        PortSet Only(
            Func<ConnectivityEnd, ConnectivityEnd, IpFamily, PortSet> own,
            Func<ConnectivityEnd, ConnectivityEnd, IpFamily, PortSet> others,
            IpFamily family
        )
        {
            var mine = own(source, destination, family);
            var its = other is ({ } from, { } to) ? others(from, to, family) : PortSet.Empty;
            return mine.Equals(its) ? PortSet.Empty : mine.Except(its);
        }
    }

    private static bool IsOnePod(ConnectivityEnd source, ConnectivityEnd destination) =>
        source.Index == destination.Index && source.Pods.Length == 1;

    /// <summary>Puts together what concerns the same workload and ports with several parts of the outside, or of one end.</summary>
    private static ImmutableArray<ConnectivityChange> Join(List<ConnectivityChange> changes) =>
        [
            .. changes
                .GroupBy(change => (Key(change.Source), Key(change.Destination), change.Ports))
                .Select(group => new ConnectivityChange(
                    Join(group.Select(change => change.Source)),
                    Join(group.Select(change => change.Destination)),
                    group.Key.Ports
                )),
        ];

    private static (string?, string) Key(ConnectivityEnd end) => (end.Namespace, end.IsOutside ? "" : end.Name);

    private static ConnectivityEnd Join(IEnumerable<ConnectivityEnd> ends)
    {
        var all = ends.Distinct().ToList();
        return all.Count > 1 && all[0].IsOutside ? ConnectivityEnd.OfAddresses(CidrSet.Union(all.Select(end => end.Addresses))) : all[0];
    }
}

/// <summary>Connections from one end to another that only one of two snapshots allows.</summary>
/// <param name="Source">Who opens them; as in the snapshot that allows them, but addresses outside put together.</param>
/// <param name="Destination">To whom; likewise.</param>
/// <param name="Ports">The ports.</param>
public sealed record ConnectivityChange(ConnectivityEnd Source, ConnectivityEnd Destination, PortSet Ports);

/// <summary>Finds which ends of two analyses are the same. An end of one that the other parts is in several pairs.</summary>
internal static class EndPairing
{
    public static IReadOnlyList<EndPair> Pair(ImmutableArray<ConnectivityEnd> old, ImmutableArray<ConnectivityEnd> now) =>
        [
            .. Workloads([.. old.Where(end => !end.IsOutside)], [.. now.Where(end => !end.IsOutside)])
                .OrderBy(pair => (pair.New ?? pair.Old)!.Namespace, StringComparer.Ordinal)
                .ThenBy(pair => (pair.New ?? pair.Old)!.Name, StringComparer.Ordinal),
            .. Outside([.. old.Where(end => end.IsOutside)], [.. now.Where(end => end.IsOutside)]),
        ];

    private static List<EndPair> Workloads(List<ConnectivityEnd> old, List<ConnectivityEnd> now)
    {
        var oldByPod = old.SelectMany(end => end.Pods, (end, pod) => (end, pod.Name))
            .DistinctBy(item => (item.end.Namespace, item.Name))
            .ToDictionary(item => (item.end.Namespace, item.Name), item => item.end);
        var pairs = new List<EndPair>();
        foreach (var end in now)
        {
            var before = end.Pods.Select(pod => oldByPod.GetValueOrDefault((end.Namespace, pod.Name))).OfType<ConnectivityEnd>();
            pairs.AddRange(before.DistinctBy(item => item.Index).Select(item => new EndPair(item, end)));
        }

        // Pods of a Deployment get new names whenever its template changes.
        var oldRest = old.ExceptBy(pairs.Select(pair => pair.Old!.Index), end => end.Index).ToList();
        var newRest = now.ExceptBy(pairs.Select(pair => pair.New!.Index), end => end.Index).ToList();
        var oldByName = oldRest.ToDictionary(end => (end.Namespace, end.Name));
        foreach (var end in newRest)
        {
            oldByName.Remove((end.Namespace, end.Name), out var before);
            pairs.Add(new(before, end));
        }

        pairs.AddRange(oldByName.Values.Select(end => new EndPair(end, null)));
        return pairs;
    }

    /// <summary>The addresses that are in a part of both.</summary>
    private static IEnumerable<EndPair> Outside(List<ConnectivityEnd> old, List<ConnectivityEnd> now) =>
        from before in old
        from end in now
        let common = before.Addresses.Intersect(end.Addresses)
        where !common.IsEmpty
        select new EndPair(Part(before, common), Part(end, common));

    private static ConnectivityEnd Part(ConnectivityEnd end, CidrSet common) =>
        end.Addresses.Equals(common) ? end : ConnectivityEnd.OfAddresses(common) with { Index = end.Index };
}

/// <summary>What is the same end in two analyses.</summary>
/// <param name="Old">In the old one; null when it is not in there.</param>
/// <param name="New">In the new one; null when it is not in there.</param>
internal sealed record EndPair(ConnectivityEnd? Old, ConnectivityEnd? New);
