using System.Text.Json;
using System.Text.Json.Nodes;
using Palisade.Kubernetes.Client;

namespace Palisade.Operator.Writing;

/// <summary>
/// The form in which a NetworkPolicy is applied. Server-side apply leaves alone what the request does not mention, so whatever decides
/// about isolation is always mentioned; and an API server that drops empty lists takes them for a change each time, so they are mentioned only
/// where there is something to remove.
/// </summary>
internal static class WireForm
{
    /// <summary>Version that no object has: an apply with it creates the object, or fails when there is one already.</summary>
    private const string Never = "1";

    /// <summary>To create the object, and to fail when there is one.</summary>
    public static V1NetworkPolicy ToCreate(V1NetworkPolicy desired)
    {
        var wire = Of(desired, current: null);
        wire.Metadata.ResourceVersion = Never;
        return wire;
    }

    /// <summary>To change exactly the given object, and to fail when another one or none is in its place.</summary>
    public static V1NetworkPolicy ToChange(V1NetworkPolicy desired, V1NetworkPolicy current)
    {
        var wire = Of(desired, current);
        wire.Metadata.Uid = current.Metadata.Uid;
        return wire;
    }

    /// <summary>To put the spec in the place of that of the given object, as long as it is as given; its metadata stays.</summary>
    public static Patch ToReplace(V1NetworkPolicy desired, V1NetworkPolicy current) =>
        Patch.Json(
            new(
                // A version in a patch is a precondition.
                Replace("/metadata/resourceVersion", current.Metadata.ResourceVersion),
                Replace("/spec", JsonSerializer.SerializeToNode(Spell(desired.Spec ?? new()), ModelsJson.Contract<V1NetworkPolicySpec>()))
            )
        );

    /// <summary>The spec with all that decides about isolation spelled out, and nothing mentioned that is empty; the same when it is so already.</summary>
    public static V1NetworkPolicySpec Spell(V1NetworkPolicySpec spec) =>
        spec is { PodSelector: not null, PolicyTypes.Count: > 0, Ingress: null or { Count: > 0 }, Egress: null or { Count: > 0 } }
            ? spec
            : new V1NetworkPolicySpec
            {
                PodSelector = spec.PodSelector ?? new(),
                PolicyTypes = PolicyTypes(spec),
                Ingress = spec.Ingress is { Count: > 0 } ingress ? ingress : null,
                Egress = spec.Egress is { Count: > 0 } egress ? egress : null,
            };

    private static V1ObjectMeta Metadata(V1NetworkPolicy desired) =>
        new()
        {
            Name = desired.Metadata.Name,
            NamespaceProperty = desired.Metadata.NamespaceProperty,
            Labels = desired.Metadata.Labels,
            OwnerReferences = desired.Metadata.OwnerReferences,
        };

    private static V1NetworkPolicy Of(V1NetworkPolicy desired, V1NetworkPolicy? current) =>
        new() { Metadata = Metadata(desired), Spec = Mention(Spell(desired.Spec ?? new()), current?.Spec) };

    /// <summary>Mentions the empty list where there are rules to remove.</summary>
    private static V1NetworkPolicySpec Mention(V1NetworkPolicySpec spec, V1NetworkPolicySpec? current)
    {
        var clearsIngress = spec.Ingress is null && current?.Ingress is { Count: > 0 };
        var clearsEgress = spec.Egress is null && current?.Egress is { Count: > 0 };
        return clearsIngress || clearsEgress
            ? new V1NetworkPolicySpec
            {
                PodSelector = spec.PodSelector,
                PolicyTypes = spec.PolicyTypes,
                Ingress = clearsIngress ? [] : spec.Ingress,
                Egress = clearsEgress ? [] : spec.Egress,
            }
            : spec;
    }

    /// <summary>The default of the API (networking/v1), spelled out: it would otherwise stay what it was when the rules change.</summary>
    private static IList<string> PolicyTypes(V1NetworkPolicySpec spec) =>
        spec.PolicyTypes is { Count: > 0 } given ? given
        : spec.Egress is { Count: > 0 } ? ["Ingress", "Egress"]
        : ["Ingress"];

    private static JsonObject Replace(string path, JsonNode? value) =>
        new()
        {
            ["op"] = "replace",
            ["path"] = path,
            ["value"] = value,
        };
}
