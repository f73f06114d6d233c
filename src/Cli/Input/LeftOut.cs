using System.Collections.Immutable;
using System.Text.Json;
using k8s;
using Palisade.Cli.Manifests;
using Palisade.Policy;
using Palisade.Policy.Evaluation;
using Palisade.Policy.Selectors;

namespace Palisade.Cli.Input;

/// <summary>
/// What of an input cannot be used, and the house rule for it: an invalid object is left out, which is said, and the rest is looked at
/// as if it were not there; a command ends with exit code 2 only where its question cannot be answered without the object.
/// <c>lint</c> alone reports all of it. What could be any object, such as a document that is not YAML, cannot be left out, nor what
/// everything else hangs on: namespaces and nodes.
/// </summary>
/// <param name="Objects">The objects, in the order of the input.</param>
internal sealed record LeftOut(ImmutableArray<LeftOutObject> Objects)
{
    private static readonly string[] EntityKinds = ["Service", "Endpoints", "EndpointSlice"];
    private static readonly string[] EntityNamespaces = ["default", "kube-system", "openshift-dns"];

    public static LeftOut Nothing { get; } = new(ImmutableArray<LeftOutObject>.Empty);

    /// <summary>Whether an input with this fault can be used without the object.</summary>
    /// <param name="subject">The object; null when it is not known which.</param>
    /// <param name="rest">The objects that are valid.</param>
    public static bool Allows(ManifestSubject? subject, ManifestSet rest) =>
        subject switch
        {
            null or { Kind: "Namespace" or "Node" } => false,
            // What custom resources open to the API server and to DNS hangs on these.
            { Namespace: { } inNamespace } when EntityKinds.Contains(subject.Kind) && EntityNamespaces.Contains(inNamespace) =>
                !rest.Manifests.Any(manifest => manifest.Object is ClusterNetworkPolicy or DefaultDenyProfile),
            _ => true,
        };

    /// <summary>Those that might have a say about a direction of a pod.</summary>
    public IEnumerable<LeftOutObject> Deciding(ClusterSnapshot snapshot, PodFacts pod, string direction)
    {
        if (Objects.IsEmpty || !pod.IsSelectable)
        {
            return [];
        }
        var home = snapshot.Namespaces.FirstOrDefault(item => item.Name == pod.Namespace);
        return Objects.Where(item => item.MayDecide(pod, home?.Labels, direction));
    }

    /// <summary>
    /// Those without which a verdict is not sure. Policies only add up: what an isolated pod is allowed already, none can deny; and what
    /// one end denies for sure, the other end's cannot allow.
    /// </summary>
    public IReadOnlyList<LeftOutObject> Unsettling(ClusterSnapshot snapshot, PodFacts? source, PodFacts? destination, Verdict verdict)
    {
        if (verdict.Reason != VerdictReason.Policies)
        {
            return [];
        }
        var egress = Unsettling(snapshot, source, Directions.Egress, verdict.Egress);
        var ingress = Unsettling(snapshot, destination, Directions.Ingress, verdict.Ingress);
        var isDeniedAnyway = (!verdict.Egress.Allows && egress.Count == 0) || (!verdict.Ingress.Allows && ingress.Count == 0);
        return isDeniedAnyway ? [] : [.. egress.Concat(ingress).Distinct()];
    }

    /// <summary>A pod, workload or Service of that name.</summary>
    public LeftOutObject? Find(string inNamespace, string name) =>
        Objects.FirstOrDefault(item =>
            !item.Stamps && item.Subject is { Kind: not "NetworkPolicy" } it && it.Namespace == inNamespace && it.Name == name
        );

    public LeftOut With(IEnumerable<LeftOutObject> others) => new([.. Objects, .. others]);

    private List<LeftOutObject> Unsettling(ClusterSnapshot snapshot, PodFacts? pod, string direction, DirectionVerdict verdict) =>
        pod is null || (verdict.IsIsolated && verdict.Allows) ? [] : [.. Deciding(snapshot, pod, direction)];
}

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
