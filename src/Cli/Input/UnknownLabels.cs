using Palisade.Cli.Manifests;
using Palisade.Policy;

namespace Palisade.Cli.Input;

/// <summary>
/// Warns of selectors that compare a label which controllers give to pods, where manifests do not tell its value: whether they select
/// the pods that are made up is not known then.
/// </summary>
internal static class UnknownLabels
{
    private const int MaxListed = 3;

    /// <summary>The warnings, a sentence each.</summary>
    /// <param name="manifests">The manifests.</param>
    /// <param name="policies">The policies, stamped ones too.</param>
    public static IEnumerable<string> Find(ManifestSet manifests, IEnumerable<PolicyFacts> policies)
    {
        var makers = new PodMakers(manifests);
        var unknown = (
            from maker in makers.All
            from key in KeysOf(maker.Workload, knowsHash: makers.CurrentReplicaSetOf(maker.Manifest) is not null)
            select (Key: key, maker.Workload)
        ).ToLookup(item => item.Key, item => item.Workload, StringComparer.Ordinal);
        if (unknown.Count == 0)
        {
            yield break;
        }
        foreach (var policy in policies)
        {
            foreach (var selected in Selectors(policy).SelectMany(Keys).GroupBy(item => item.Key, StringComparer.Ordinal))
            {
                var workloads = unknown[selected.Key]
                    .Where(workload => selected.Any(item => item.AnyNamespace || IsIn(workload, policy)))
                    .Select(workload =>
                        $"{workload.Kind} {workload.Metadata.NamespaceProperty ?? "default"}/{PodTemplates.NameOf(workload)}"
                    )
                    .Distinct(StringComparer.Ordinal)
                    .ToList();
                if (workloads.Count > 0)
                {
                    var rest = workloads.Count > MaxListed ? $" and {workloads.Count - MaxListed} more" : "";
                    yield return $"NetworkPolicy {policy} selects by label {selected.Key}, "
                        + $"which manifests do not tell of the pods of {string.Join(", ", workloads.Take(MaxListed))}{rest}: "
                        + "whether it selects these is not known";
                }
            }
        }
    }

    /// <summary>Labels that a controller gives to the pods of a workload, with a value that only the cluster knows.</summary>
    private static string[] KeysOf(V1Workload workload, bool knowsHash) =>
        workload switch
        {
            // The role moves from pod to pod.
            { IsPlaceholder: true, Kind: "Cluster" } => ["cnpg.io/instanceRole", "role"],
            { IsPlaceholder: true, Kind: "postgresql" } => ["spilo-role"],
            { IsPlaceholder: true, Kind: "RedisFailover" } => ["redisfailovers-role"],
            { Kind: "Deployment" } when !knowsHash => ["pod-template-hash"],
            { Kind: "StatefulSet" or "DaemonSet" } => ["controller-revision-hash"],
            { Kind: "Job", Metadata.Uid: null or "" } => ["controller-uid", "batch.kubernetes.io/controller-uid"],
            { Kind: "CronJob" } => ["controller-uid", "batch.kubernetes.io/controller-uid", "job-name", "batch.kubernetes.io/job-name"],
            _ => [],
        };

    private static bool IsIn(V1Workload workload, PolicyFacts policy) =>
        (workload.Metadata.NamespaceProperty ?? "default") == (policy.Namespace.Length > 0 ? policy.Namespace : "default");

    private static IEnumerable<(V1LabelSelector? Selector, bool AnyNamespace)> Selectors(PolicyFacts policy)
    {
        var peers = (policy.Spec.Ingress ?? [])
            .SelectMany(rule => rule.FromProperty ?? [])
            .Concat((policy.Spec.Egress ?? []).SelectMany(rule => rule.To ?? []));
        return peers
            .Select(peer => ((V1LabelSelector?)peer.PodSelector, peer.NamespaceSelector is not null))
            .Prepend((policy.Spec.PodSelector, false));
    }

    /// <summary>Keys whose values the selector compares; whether there is such a label is known.</summary>
    private static IEnumerable<(string Key, bool AnyNamespace)> Keys((V1LabelSelector? Selector, bool AnyNamespace) selection)
    {
        var expressions = (selection.Selector?.MatchExpressions ?? [])
            .Where(expression => expression.OperatorProperty is "In" or "NotIn")
            .Select(expression => expression.Key);
        return (selection.Selector?.MatchLabels?.Keys ?? []).Concat(expressions).Select(key => (key, selection.AnyNamespace));
    }
}
