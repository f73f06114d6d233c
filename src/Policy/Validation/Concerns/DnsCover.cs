using Palisade.Models;
using Palisade.Policy.Selectors;
using Palisade.Policy.Validation.Document;

namespace Palisade.Policy.Validation.Concerns;

/// <summary>Whether other policies of a cluster let DNS out for all pods that a document isolates.</summary>
internal static class DnsCover
{
    /// <summary>Whether they do, in every namespace that the document is for.</summary>
    /// <param name="document">The document.</param>
    /// <param name="facts">The cluster.</param>
    /// <param name="allowsDns">Whether a NetworkPolicy lets DNS out.</param>
    public static bool IsGiven(PolicyDocument document, ClusterFacts facts, Func<V1NetworkPolicy, bool> allowsDns)
    {
        var targets = facts.Snapshot.Namespaces.Where(document.AppliesTo).Select(target => target.Metadata.Name).ToList();
        return targets.Count > 0 && targets.TrueForAll(target => IsGiven(document, target, facts.Snapshot, allowsDns));
    }

    private static bool IsGiven(PolicyDocument document, string target, ClusterSnapshot snapshot, Func<V1NetworkPolicy, bool> allowsDns)
    {
        var selectors = snapshot
            .Policies.Where(policy => policy.Metadata.NamespaceProperty == target && policy.Metadata.Name != document.PolicyName)
            .Where(allowsDns)
            .Select(policy => policy.Spec?.PodSelector ?? LabelSelectorMatcher.Everything)
            .Where(selector => LabelSelectorMatcher.WhyInvalid(selector) is null)
            .ToList();
        if (selectors.Count == 0)
        {
            return false;
        }

        var own = document.PodSelector ?? LabelSelectorMatcher.Everything;
        if (
            selectors.Exists(selector =>
                LabelSelectorKey.Of(selector) is var key && (key == LabelSelectorKey.Everything || key == LabelSelectorKey.Of(own))
            )
        )
        {
            return true;
        }

        var isolated = snapshot
            .Pods.Where(pod => pod.Metadata.NamespaceProperty == target && PodTraits.IsSelectable(pod))
            .Where(pod => LabelSelectorMatcher.Matches(own, pod.Metadata.Labels))
            .ToList();
        return isolated.Count > 0
            && isolated.TrueForAll(pod => selectors.Exists(selector => LabelSelectorMatcher.Matches(selector, pod.Metadata.Labels)));
    }
}
