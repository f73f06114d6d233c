using System.Globalization;
using Palisade.Models;
using Palisade.Policy;
using Palisade.Policy.Expansion;
using Palisade.Policy.Selectors;
using Palisade.Policy.Validation;

namespace Palisade.Webhook.Impact;

/// <summary>Says in a sentence what a custom resource would isolate in the cluster as it is now.</summary>
internal static class ImpactForecast
{
    /// <summary>The sentence for a ClusterNetworkPolicy.</summary>
    public static IReadOnlyList<string> Of(ClusterNetworkPolicy policy, ClusterFacts cluster, ImpactBudget budget)
    {
        var spec = policy.Spec;
        var closesEgress = spec.PolicyTypes is { Count: > 0 } types ? types.Contains(Directions.Egress) : spec.Egress is { Count: > 0 };
        var lacksDns = closesEgress && !DnsAllowance.IsIn(spec.Egress?.Select(rule => rule.Ports));
        return Describe("isolates", NamespaceSelection.Of(policy), spec.PodSelector, lacksDns, cluster, budget);
    }

    /// <summary>The sentence for a DefaultDenyProfile.</summary>
    public static IReadOnlyList<string> Of(DefaultDenyProfile profile, ClusterFacts cluster, ImpactBudget budget)
    {
        var spec = profile.Spec;
        var closesEgress = spec.PolicyTypes is not { Count: > 0 } types || types.Contains(Directions.Egress);
        var lacksDns = closesEgress && spec.Allow?.Dns == false && !DnsAllowance.IsIn(spec.Allow.Egress?.Select(rule => rule.Ports));
        var verb = spec.Enforcement == "Audit" ? "would isolate" : "isolates";
        return Describe(verb, NamespaceSelection.Of(profile, cluster.OwnNamespace), null, lacksDns, cluster, budget);
    }

    private static IReadOnlyList<string> Describe(
        string verb,
        NamespaceSelection selection,
        V1LabelSelector? podSelector,
        bool lacksDns,
        ClusterFacts cluster,
        ImpactBudget budget
    )
    {
        var namespaces = cluster
            .Snapshot.Namespaces.Where(selection.Matches)
            .Select(target => target.Metadata.Name)
            .ToHashSet(StringComparer.Ordinal);
        if (namespaces.Count == 0)
        {
            return ["applies to no namespace now"];
        }

        var pods = CountPods(namespaces, podSelector ?? LabelSelectorMatcher.Everything, cluster.Snapshot, budget);
        var sentence = $"{verb} {pods} in {Count(namespaces.Count, "namespace")} now";
        if (lacksDns && !budget.IsSpent() && WithoutDns(namespaces, cluster.Snapshot) is > 0 and var without)
        {
            sentence += $"; {Count(without, "of these namespaces has", "of these namespaces have")} no DNS allowance";
        }

        return [sentence];
    }

    /// <summary>How many pods are isolated, in words; when time is short, how many at least.</summary>
    private static string CountPods(HashSet<string> namespaces, V1LabelSelector selector, ClusterSnapshot snapshot, ImpactBudget budget)
    {
        var count = 0;
        foreach (var pod in snapshot.Pods)
        {
            if (budget.IsSpent())
            {
                return count == 0 ? "pods" : $"at least {Count(count, "pod")}";
            }

            var isCounted =
                pod.Metadata.NamespaceProperty is { } name
                && namespaces.Contains(name)
                && PodTraits.IsSelectable(pod)
                && LabelSelectorMatcher.Matches(selector, pod.Metadata.Labels);
            count += isCounted ? 1 : 0;
        }

        return Count(count, "pod");
    }

    /// <summary>In how many of the namespaces no policy that is there already lets DNS out.</summary>
    private static int WithoutDns(HashSet<string> namespaces, ClusterSnapshot snapshot)
    {
        var allowing = snapshot
            .Policies.Where(policy => DnsAllowance.IsIn(policy.Spec?.Egress?.Select(rule => rule.Ports)))
            .Select(policy => policy.Metadata.NamespaceProperty)
            .ToHashSet(StringComparer.Ordinal);
        return namespaces.Count(name => !allowing.Contains(name));
    }

    private static string Count(int number, string one, string? many = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {(number == 1 ? one : many ?? one + "s")}");
}
