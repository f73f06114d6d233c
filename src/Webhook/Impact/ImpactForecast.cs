using System.Collections.Immutable;
using Palisade.Policy.Expansion;
using Palisade.Policy.Selectors;
using Palisade.Policy.Validation;

namespace Palisade.Webhook.Impact;

/// <summary>Counts what a custom resource would isolate in the cluster as it is now.</summary>
internal static class ImpactForecast
{
    /// <summary>The sentence for a ClusterNetworkPolicy.</summary>
    /// <param name="policy">The policy, without errors.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="lacksDns">Whether it isolates egress without letting DNS out itself.</param>
    /// <param name="budget">The time there is.</param>
    public static IReadOnlyList<string> Of(ClusterNetworkPolicy policy, ClusterFacts cluster, bool lacksDns, ImpactBudget budget) =>
        Of(NamespaceSelection.Of(policy), policy.Spec.PodSelector, PolicyNames.For(policy), cluster, lacksDns, budget)
            .Sentences("isolates");

    /// <summary>The sentence for a DefaultDenyProfile.</summary>
    /// <param name="profile">The profile, without errors.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="lacksDns">Whether it isolates egress without letting DNS out itself.</param>
    /// <param name="budget">The time there is.</param>
    public static IReadOnlyList<string> Of(DefaultDenyProfile profile, ClusterFacts cluster, bool lacksDns, ImpactBudget budget) =>
        Of(NamespaceSelection.Of(profile, cluster.OwnNamespace), null, PolicyNames.For(profile), cluster, lacksDns, budget)
            .Sentences(profile.Spec.Enforcement == "Audit" ? "would isolate" : "isolates");

    private static ImpactCount Of(
        NamespaceSelection selection,
        V1LabelSelector? podSelector,
        string stamped,
        ClusterFacts cluster,
        bool lacksDns,
        ImpactBudget budget
    )
    {
        var selector = podSelector ?? LabelSelectorMatcher.Everything;
        int namespaces = 0,
            pods = 0,
            withoutDns = 0;
        foreach (var target in cluster.Snapshot.Namespaces)
        {
            if (budget.IsSpent())
            {
                return new(namespaces, pods, withoutDns, IsComplete: false);
            }

            if (selection.Matches(target))
            {
                var name = target.Name;
                namespaces++;
                withoutDns += lacksDns && !IsDnsLetOut(cluster.DnsAllowances(name), stamped) ? 1 : 0;
                pods += CountPods(cluster.SelectablePods(name), selector, budget);
            }
        }

        return new(namespaces, pods, withoutDns, IsComplete: !budget.IsSpent());
    }

    /// <summary>What the resource has stamped already goes with this change.</summary>
    private static bool IsDnsLetOut(ImmutableArray<DnsAllowance> allowances, string stamped)
    {
        foreach (var allowance in allowances)
        {
            if (allowance.PolicyName != stamped)
            {
                return true;
            }
        }

        return false;
    }

    private static int CountPods(ImmutableArray<PodGroup> groups, V1LabelSelector selector, ImpactBudget budget)
    {
        var count = 0;
        foreach (var group in groups)
        {
            if (budget.IsSpent())
            {
                return count;
            }

            count += LabelSelectorMatcher.Matches(selector, group.Labels) ? group.Pods.Length : 0;
        }

        return count;
    }
}
