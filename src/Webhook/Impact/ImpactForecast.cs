using System.Collections.Immutable;
using System.Globalization;
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
    public static IReadOnlyList<string> Preview(ClusterNetworkPolicy policy, ClusterFacts cluster, bool lacksDns, ImpactBudget budget) =>
        Count(
                NamespaceSelection.From(policy, cluster.OwnNamespace),
                policy.Spec.PodSelector,
                PolicyNames.For(policy),
                cluster,
                lacksDns,
                budget
            )
            .Sentences("isolates");

    /// <summary>The sentence for a DefaultDenyProfile.</summary>
    /// <param name="profile">The profile, without errors.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="lacksDns">Whether it isolates egress without letting DNS out itself.</param>
    /// <param name="budget">The time there is.</param>
    public static IReadOnlyList<string> Preview(DefaultDenyProfile profile, ClusterFacts cluster, bool lacksDns, ImpactBudget budget) =>
        Count(NamespaceSelection.From(profile, cluster.OwnNamespace), null, PolicyNames.For(profile), cluster, lacksDns, budget)
            .Sentences(profile.Spec.Enforcement == "Audit" ? "would isolate" : "isolates");

    private static ImpactCount Count(
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

/// <summary>What a custom resource isolates, as far as it was counted.</summary>
/// <param name="Namespaces">Namespaces that it is for.</param>
/// <param name="Pods">Pods in them that it selects.</param>
/// <param name="WithoutDns">Those namespaces of which no policy lets DNS out.</param>
/// <param name="IsComplete">Whether the whole cluster was looked at.</param>
internal sealed record ImpactCount(int Namespaces, int Pods, int WithoutDns, bool IsComplete)
{
    /// <summary>The impact in a sentence; none when there was no time to find any.</summary>
    /// <param name="verb">What the resource does to the pods.</param>
    public IReadOnlyList<string> Sentences(string verb)
    {
        if (Namespaces == 0)
        {
            return IsComplete ? ["applies to no namespace now"] : [];
        }

        var dns = WithoutDns == 0 ? "" : $"; {Count(WithoutDns, "of these namespaces has", "of these namespaces have")} no DNS allowance";
        var pods = Pods == 0 && !IsComplete ? "pods" : Count(Pods, "pod", "pods");
        return [$"{verb} {pods} in {Count(Namespaces, "namespace", "namespaces")} now{dns}"];
    }

    private string Count(int number, string one, string many) =>
        string.Create(CultureInfo.InvariantCulture, $"{(IsComplete ? "" : "at least ")}{number} {(number == 1 ? one : many)}");
}

/// <summary>
/// The time that looking at the cluster may take of a request. What is counted is cut short when it is spent: nobody's write waits for a
/// warning.
/// </summary>
internal sealed class ImpactBudget(TimeProvider timeProvider, TimeSpan time)
{
    public static readonly TimeSpan Usual = TimeSpan.FromMilliseconds(10);

    /// <summary>How many objects are looked at between two looks at the clock. Each takes a microsecond, a few at most.</summary>
    private const int Stride = 16;

    private readonly long _start = timeProvider.GetTimestamp();
    private int _steps;
    private bool _isOver;

    /// <summary>Whether the time is spent. To be asked before each object that is looked at.</summary>
    public bool IsSpent() => _isOver || (_steps++ % Stride == 0 && (_isOver = timeProvider.GetElapsedTime(_start) >= time));
}
