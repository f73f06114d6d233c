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
