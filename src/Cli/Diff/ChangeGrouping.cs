using System.Collections.Immutable;
using Palisade.Policy.Connectivity;

namespace Palisade.Cli.Diff;

/// <summary>
/// Puts together changes that people would name in one breath: where all workloads of a namespace change alike, the namespace is named,
/// and where all namespaces do, all. Nothing is lost: a name stands for exactly the workloads that it means.
/// </summary>
/// <param name="ends">The ends of the cluster that allows the connections.</param>
internal sealed class ChangeGrouping(IEnumerable<ConnectivityEnd> ends)
{
    /// <summary>How all workloads are named.</summary>
    public const string Everybody = "every workload";

    private readonly Dictionary<string, ImmutableHashSet<string>> _workloads = ends.Where(end => !end.IsOutside)
        .GroupBy(end => end.Namespace!, StringComparer.Ordinal)
        .ToDictionary(
            group => group.Key,
            group => group.Select(end => end.ToString()).ToImmutableHashSet(StringComparer.Ordinal),
            StringComparer.Ordinal
        );

    /// <summary>How the workloads of a namespace are named.</summary>
    public static string AllOf(string inNamespace) => $"all of {inNamespace}";

    /// <summary>The ports in words; of nearly all those that are missing.</summary>
    public static string PortsOf(PortSet ports)
    {
        var missing = PortSet.All.Except(ports);
        return missing.IsEmpty || missing.Spans.Count() >= ports.Spans.Count() ? ports.ToString() : $"every port but {missing}";
    }

    public ImmutableArray<ChangeGroup> Group(IEnumerable<ConnectivityChange> changes)
    {
        var single = changes.Select(change => new ChangeGroup(
            change.Source.ToString(),
            change.Destination.ToString(),
            PortsOf(change.Ports)
        ));
        var sources = Merge(single, group => group.From, group => group.To, (group, from) => group with { From = from });
        var both = Merge(sources, group => group.To, group => group.From, (group, to) => group with { To = to });
        return [.. both.OrderBy(group => group.From, StringComparer.Ordinal).ThenBy(group => group.To, StringComparer.Ordinal)];
    }

    private IEnumerable<ChangeGroup> Merge(
        IEnumerable<ChangeGroup> groups,
        Func<ChangeGroup, string> side,
        Func<ChangeGroup, string> other,
        Func<ChangeGroup, string, ChangeGroup> with
    ) =>
        groups
            .GroupBy(group => (Other: other(group), group.Ports))
            .SelectMany(group => Merge([.. group.Select(side)], group.Key.Other).Select(name => with(group.First(), name)));

    /// <summary>The names, with those that together are a namespace or the cluster named so. A pod is never its own peer.</summary>
    private IEnumerable<string> Merge(HashSet<string> names, string other)
    {
        var covered = new HashSet<string>(names, StringComparer.Ordinal) { other };
        var whole = _workloads.Where(item => item.Value.Count > 1 && item.Value.All(covered.Contains)).ToList();
        if (whole.Count > 1 && _workloads.Values.All(all => all.All(covered.Contains)))
        {
            return names.Except(_workloads.Values.SelectMany(all => all), StringComparer.Ordinal).Prepend(Everybody);
        }
        return names
            .Except(whole.SelectMany(item => item.Value), StringComparer.Ordinal)
            .Concat(whole.Where(item => item.Value.Count(names.Contains) > 1).Select(item => AllOf(item.Key)))
            .Concat(whole.Where(item => item.Value.Count(names.Contains) <= 1).SelectMany(item => item.Value.Where(names.Contains)));
    }
}

/// <summary>Connections that open or close, in the words in which people speak of them.</summary>
/// <param name="From">Who connects: a workload, all of a namespace, every workload, or addresses outside.</param>
/// <param name="To">To whom, likewise.</param>
/// <param name="Ports">On which ports.</param>
internal sealed record ChangeGroup(string From, string To, string Ports);
