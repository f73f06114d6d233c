using Palisade.Policy.Selectors;

namespace Palisade.Policy.Validation;

/// <summary>A NetworkPolicy that lets DNS out.</summary>
/// <param name="PolicyName">Its name; of one that was stamped under another name, since the usual one was taken, the usual one.</param>
/// <param name="Pods">The pods that it selects.</param>
/// <param name="Key">Canonical text of the selector.</param>
public sealed record DnsAllowance(string PolicyName, V1LabelSelector Pods, string Key)
{
    internal static DnsAllowance Of(PolicyFacts policy)
    {
        var pods = policy.Spec.PodSelector ?? LabelSelectorMatcher.Everything;
        return new(policy.UsualName, pods, LabelSelectorKey.Of(pods));
    }
}
