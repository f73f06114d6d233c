using System.Collections.Immutable;
using Palisade.Policy.Selectors;
using Palisade.Policy.Validation.Document;

namespace Palisade.Policy.Validation.Concerns;

/// <summary>Whether other policies of a cluster let DNS out for all pods that a document isolates.</summary>
internal static class DnsCover
{
    /// <summary>Whether they do, in every namespace that the document is for. When there is no time to look at all, no.</summary>
    public static bool IsGiven(PolicyDocument document, ClusterFacts facts)
    {
        var own = document.PodSelector ?? LabelSelectorMatcher.Everything;
        var (ownKey, found) = (LabelSelectorKey.Of(own), false);
        foreach (var target in facts.Snapshot.Namespaces)
        {
            if (document.IsTimeSpent())
            {
                return false;
            }

            if (document.AppliesTo(target))
            {
                found = true;
                if (!IsGiven(document, target.Name, facts, own, ownKey))
                {
                    return false;
                }
            }
        }

        return found;
    }

    private static bool IsGiven(PolicyDocument document, string target, ClusterFacts facts, V1LabelSelector own, string ownKey)
    {
        var others = facts.DnsAllowances(target);
        foreach (var other in others)
        {
            if (other.PolicyName != document.PolicyName && (other.Key == LabelSelectorKey.Everything || other.Key == ownKey))
            {
                return true;
            }
        }

        return !others.IsEmpty && AreCovered(document, facts.SelectablePods(target), own, others);
    }

    /// <summary>Whether there are pods that the document isolates, and others' policies select each.</summary>
    private static bool AreCovered(
        PolicyDocument document,
        ImmutableArray<PodGroup> pods,
        V1LabelSelector own,
        ImmutableArray<DnsAllowance> others
    )
    {
        var isolated = pods.Where(group => LabelSelectorMatcher.Matches(own, group.Labels)).ToList();
        return isolated.Count > 0
            && isolated.TrueForAll(group =>
                !document.IsTimeSpent()
                && others.Any(other => other.PolicyName != document.PolicyName && LabelSelectorMatcher.Matches(other.Pods, group.Labels))
            );
    }
}
