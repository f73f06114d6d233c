using System.Globalization;
using Palisade.Cli.Manifests;

namespace Palisade.Cli.Input;

/// <summary>
/// Names for pods that are made up: as the workload's with a number, unless another pod has such a name; then with the workload's kind
/// in it. The same whatever the order of the manifests.
/// </summary>
internal static class PodNames
{
    /// <summary>For each workload what the names of its pods begin with.</summary>
    /// <param name="workloads">The workloads; those with numbers in their pods' own names keep these.</param>
    /// <param name="pods">The pods of the input.</param>
    /// <param name="namesOf">The names of a workload's pods that begin so.</param>
    public static IReadOnlyDictionary<V1Workload, string> Choose(
        IEnumerable<V1Workload> workloads,
        IEnumerable<V1Pod> pods,
        Func<V1Workload, string, IEnumerable<string>> namesOf
    )
    {
        var taken = pods.Select(pod => (NamespaceOf(pod.Metadata), pod.Metadata.Name)).ToHashSet();
        var chosen = new Dictionary<V1Workload, string>(ReferenceEqualityComparer.Instance);
        var inOrder = workloads
            .OrderBy(Rank)
            .ThenBy(workload => workload.Kind, StringComparer.Ordinal)
            .ThenBy(workload => workload.ApiVersion, StringComparer.Ordinal)
            .ThenBy(PodTemplates.NameOf, StringComparer.Ordinal);
        foreach (var workload in inOrder)
        {
            var inNamespace = NamespaceOf(workload.Metadata);
            var baseName = Candidates(workload)
                .First(candidate => !namesOf(workload, candidate).Any(name => taken.Contains((inNamespace, name))));
            taken.UnionWith(namesOf(workload, baseName).Select(name => (inNamespace, name)));
            chosen[workload] = baseName;
        }
        return chosen;
    }

    /// <summary>The pods of StatefulSets, and of operators that number them, have these very names in a cluster; others have random ones.</summary>
    private static int Rank(V1Workload workload) => workload is { Kind: "StatefulSet" } or { PodNameLabel: not null } ? 0 : 1;

    private static IEnumerable<string> Candidates(V1Workload workload)
    {
        var name = PodTemplates.NameOf(workload);
        var withKind = $"{name}-{workload.Kind.ToLowerInvariant()}";
        yield return name;
        yield return withKind;
        for (var i = 2; ; i++)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{withKind}-{i}");
        }
    }

    private static string NamespaceOf(V1ObjectMeta metadata) => metadata.NamespaceProperty ?? "default";
}
