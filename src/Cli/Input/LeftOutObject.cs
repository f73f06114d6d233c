using System.Collections.Immutable;
using System.Text.Json;
using k8s;
using Palisade.Cli.Manifests;
using Palisade.Policy;
using Palisade.Policy.Selectors;

namespace Palisade.Cli.Input;

/// <summary>An object of the input that cannot be used.</summary>
/// <param name="Subject">Which object.</param>
/// <param name="Position">Where it stands.</param>
/// <param name="Reason">What is wrong with it, on one line.</param>
/// <param name="Report">What is wrong with it, in full, with its place.</param>
/// <param name="Versions">What could be read of it; several where it is given several times; none when its fields are of other types.</param>
internal sealed record LeftOutObject(
    ManifestSubject Subject,
    ManifestPosition Position,
    string Reason,
    string Report,
    ImmutableArray<Manifest> Versions
)
{
    /// <summary>Whether it is a custom resource, which stamps policies.</summary>
    public bool Stamps => Subject.Kind is "ClusterNetworkPolicy" or "DefaultDenyProfile";

    /// <summary>The object and its place, to be named in a sentence.</summary>
    public string Reference => $"{Subject} ({Position})";

    /// <summary>Whether it might have a say about a direction of a pod. In doubt it has: its selectors may be what is wrong with it.</summary>
    public bool MayDecide(PodFacts pod, LabelSet? namespaceLabels, string direction)
    {
        if (!Stamps && (Subject.Kind != "NetworkPolicy" || Subject.Namespace != pod.Namespace))
        {
            return false;
        }
        return Versions.IsEmpty || Versions.Any(version => MayDecide(version.Object, pod, namespaceLabels, direction));
    }

    /// <summary>Whether two inputs leave out the very same object.</summary>
    public bool IsSameAs(LeftOutObject other) =>
        Subject == other.Subject
        && (
            Position == other.Position
            || (
                Versions.Length > 0
                && Versions.Length == other.Versions.Length
                && Versions.Zip(other.Versions).All(pair => JsonElement.DeepEquals(pair.First.Document, pair.Second.Document))
            )
        );

    private static bool MayDecide(IKubernetesObject<V1ObjectMeta> policy, PodFacts pod, LabelSet? namespaceLabels, string direction) =>
        policy switch
        {
            V1NetworkPolicy { Spec: { } spec } => MayMatch(spec.PodSelector, pod.Labels) && MayIsolate(spec, direction),
            ClusterNetworkPolicy { Spec: { } spec } => MayMatch(spec.NamespaceSelector, namespaceLabels)
                && MayMatch(spec.PodSelector, pod.Labels),
            DefaultDenyProfile { Spec: { } spec } => MayMatch(spec.NamespaceSelector, namespaceLabels),
            _ => true,
        };

    private static bool MayMatch(V1LabelSelector? selector, LabelSet? labels) =>
        selector is null || LabelSelectorMatcher.Matches(selector, labels ?? LabelSet.Empty, InvalidSelector.MatchesEverything);

    private static bool MayIsolate(V1NetworkPolicySpec spec, string direction) =>
        spec.PolicyTypes?.Any(type => !Directions.All.Contains(type, StringComparer.Ordinal)) == true
        || Directions.Isolates(spec, direction);
}
