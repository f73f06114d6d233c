using Palisade.Policy;
using Palisade.Policy.Selectors;

namespace Palisade.Dataplane.Compilation;

/// <summary>A peer given by labels.</summary>
/// <param name="OwnNamespace">The policy's namespace.</param>
/// <param name="Namespaces">Selects the peers' namespaces; null for the policy's own.</param>
/// <param name="Pods">Selects pods in them.</param>
internal sealed record SelectorPeer(string OwnNamespace, V1LabelSelector? Namespaces, V1LabelSelector Pods) : IPodSelection
{
    /// <summary>Every pod of the cluster.</summary>
    public static SelectorPeer EveryPod { get; } = new("", LabelSelectorMatcher.Everything, LabelSelectorMatcher.Everything);

    /// <summary>Text that is the same for peers that select the same pods.</summary>
    public string Meaning { get; } =
        Namespaces is null
            ? $"pods {LabelSelectorKey.From(Pods)} of namespace {OwnNamespace}"
            : $"pods {LabelSelectorKey.From(Pods)} of namespaces {LabelSelectorKey.From(Namespaces)}";

    /// <summary>Whether the peer means the pod.</summary>
    public bool Matches(IndexedPod pod)
    {
        var isOfNamespace = Namespaces is null
            ? string.Equals(pod.Namespace, OwnNamespace, StringComparison.Ordinal)
            : pod.Home is { } home && MatchesNamespace(home);
        return isOfNamespace && LabelSelectorMatcher.Matches(Pods, pod.Labels);
    }

    /// <inheritdoc/>
    public IEnumerable<IndexedPod> FindIn(PodIndex pods) => pods.Matching(this);

    /// <summary>Whether the selector of namespaces matches.</summary>
    public bool MatchesNamespace(NamespaceFacts item) => LabelSelectorMatcher.Matches(Namespaces, item.Labels);
}
