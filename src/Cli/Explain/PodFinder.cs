using System.Globalization;
using Palisade.Cli.Input;
using Palisade.Policy;
using Palisade.Policy.Connectivity;
using Palisade.Policy.Evaluation;

namespace Palisade.Cli.Explain;

/// <summary>Finds the pods of a cluster by their own names, or those of their workloads.</summary>
internal sealed class PodFinder
{
    private const int Named = 8;
    private readonly LoadedCluster _cluster;
    private readonly ILookup<string, PodFacts> _pods;

    public PodFinder(LoadedCluster cluster)
    {
        _cluster = cluster;
        _pods = cluster.Snapshot.Pods.ToLookup(pod => pod.Namespace, StringComparer.Ordinal);
        Kinds = [.. cluster.Snapshot.Pods.Select(pod => WorkloadName.From(pod).Kind).OfType<string>().Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The kinds of workloads that there are.</summary>
    public IReadOnlyList<string> Kinds { get; }

    /// <summary>Whether there is such a namespace.</summary>
    public bool HasNamespace(string name) => _cluster.Snapshot.Namespaces.Any(item => item.Name == name);

    /// <summary>The pod of the name, or the first of the workload of the name; or why there is none.</summary>
    public (PodFacts? Pod, string? Problem) Find(string inNamespace, string? kind, string name)
    {
        if (kind is null or "Pod" && _pods[inNamespace].FirstOrDefault(pod => pod.Name == name) is { } exact)
        {
            return (exact, null);
        }
        var byKind = _pods[inNamespace]
            .Where(pod => IsOf(kind, name, pod))
            .GroupBy(pod => WorkloadName.From(pod).Kind ?? "Pod", StringComparer.Ordinal)
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .ToList();
        if (byKind.Count > 1)
        {
            var ways = byKind.Select(group => $"{inNamespace}/{group.Key.ToLowerInvariant()}/{name}");
            return (null, $"there are {byKind.Count} workloads {inNamespace}/{name}: write {string.Join(" or ", ways)}");
        }
        return byKind.Count == 1
            ? (byKind[0].MinBy(pod => pod.Name, StringComparer.Ordinal), null)
            : (null, $"there is no {kind?.ToLowerInvariant() ?? "pod"} {inNamespace}/{name}; {Neighbours(inNamespace, name)}");
    }

    /// <summary>The pod that an end is; null for hosts and the outside.</summary>
    public PodFacts? PodOf(TrafficEnd end) =>
        end.Address is { } address
            ? _cluster.Snapshot.Pods.FirstOrDefault(pod => pod.IsSelectable && pod.Addresses.Contains(address))
            : _pods[end.Namespace!].FirstOrDefault(pod => pod.Name == end.Name);

    /// <summary>
    /// Whether a pod is of that workload. Of pods without an owner those count whose names begin so, as <c>db-0</c> and <c>db-1</c>; of a
    /// CronJob those of its Jobs too, which are named by it and the time.
    /// </summary>
    private static bool IsOf(string? kind, string workload, PodFacts pod)
    {
        var (name, owner) = WorkloadName.From(pod);
        if (owner is null)
        {
            return kind is null && pod.Name.StartsWith(workload + "-", StringComparison.Ordinal);
        }
        var isRun =
            owner == "Job"
            && kind is null or "CronJob"
            && name.StartsWith(workload + "-", StringComparison.Ordinal)
            && long.TryParse(name.AsSpan(workload.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _);
        return (name == workload && (kind is null || kind == owner)) || isRun;
    }

    private string Neighbours(string inNamespace, string name)
    {
        if (_cluster.LeftOut.Find(inNamespace, name) is { } leftOut)
        {
            return $"{leftOut.Reference} is left out, and must be fixed first";
        }
        var pods = _pods[inNamespace].Select(pod => pod.Name).Order(StringComparer.Ordinal).ToList();
        if (pods.Count > 0)
        {
            return $"in {inNamespace} there are {string.Join(", ", pods.Take(Named))}{(pods.Count > Named ? ", ..." : "")}";
        }
        var namespaces = _pods.Select(group => group.Key).Order(StringComparer.Ordinal);
        return $"there are pods in {string.Join(", ", namespaces.Take(Named))}";
    }
}

/// <summary>The words by which kubectl knows kinds: <c>deploy</c>, <c>deployments</c>, <c>deployment</c>.</summary>
internal static class KindWords
{
    private static readonly Dictionary<string, string> ShortNames = new(StringComparer.OrdinalIgnoreCase)
    {
        ["po"] = "Pod",
        ["svc"] = "Service",
        ["deploy"] = "Deployment",
        ["rs"] = "ReplicaSet",
        ["sts"] = "StatefulSet",
        ["ds"] = "DaemonSet",
        ["rc"] = "ReplicationController",
        ["cj"] = "CronJob",
    };

    private static readonly string[] Usual =
    [
        "Pod",
        "Service",
        "Deployment",
        "ReplicaSet",
        "StatefulSet",
        "DaemonSet",
        "ReplicationController",
        "Job",
        "CronJob",
    ];

    /// <summary>The kind that a word means; null when it means none.</summary>
    /// <param name="word">The word.</param>
    /// <param name="others">Further kinds.</param>
    public static string? Find(string word, IEnumerable<string> others) =>
        ShortNames.GetValueOrDefault(word) ?? Usual.Concat(others).FirstOrDefault(kind => IsNameOf(word, kind));

    private static bool IsNameOf(string word, string kind) =>
        word.Equals(kind, StringComparison.OrdinalIgnoreCase) || word.Equals($"{kind}s", StringComparison.OrdinalIgnoreCase);
}
