using System.Collections.Immutable;
using Palisade.Policy.Net;

namespace Palisade.Policy.Connectivity;

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
