using System.Collections.Immutable;
using Palisade.Cli.Manifests;
using Palisade.Policy;
using Palisade.Policy.Evaluation;

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

    /// <summary>Nothing.</summary>
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

    /// <summary>These and others.</summary>
    public LeftOut With(IEnumerable<LeftOutObject> others) => new([.. Objects, .. others]);

    private List<LeftOutObject> Unsettling(ClusterSnapshot snapshot, PodFacts? pod, string direction, DirectionVerdict verdict) =>
        pod is null || (verdict.IsIsolated && verdict.Allows) ? [] : [.. Deciding(snapshot, pod, direction)];
}
