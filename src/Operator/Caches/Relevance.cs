using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Palisade.Policy.Selectors;

namespace Palisade.Operator.Caches;

/// <summary>Tells the changes that matter to the operator from those that do not, such as a node's heartbeat.</summary>
internal static class Relevance
{
    /// <summary>Labels, and whether it is being deleted.</summary>
    public static bool Of(V1Namespace before, V1Namespace after) =>
        !SameLabels(before.Metadata, after.Metadata)
        || before.Metadata.DeletionTimestamp != after.Metadata.DeletionTimestamp
        || before.Status?.Phase != after.Status?.Phase
        || before.Metadata.Uid != after.Metadata.Uid;

    /// <summary>Labels, owner and spec; both objects are slimmed, so equal specs are the same instance.</summary>
    public static bool Of(V1NetworkPolicy before, V1NetworkPolicy after) =>
        before.Metadata.Uid != after.Metadata.Uid
        || !ReferenceEquals(before.Spec, after.Spec)
        || !SameLabels(before.Metadata, after.Metadata)
        || before.Metadata.OwnerReferences?.FirstOrDefault() != after.Metadata.OwnerReferences?.FirstOrDefault();

    /// <summary>Labels, addresses and pod ranges, in which a node has addresses of its own, too.</summary>
    public static bool Of(V1Node before, V1Node after) =>
        !SameLabels(before.Metadata, after.Metadata)
        || !Same(before.Spec, after.Spec, ModelsJson.Contract<V1NodeSpec>())
        || !Same(before.Status, after.Status, ModelsJson.Contract<V1NodeStatus>());

    /// <summary>Labels and spec.</summary>
    public static bool Of(V1Service before, V1Service after) =>
        !SameLabels(before.Metadata, after.Metadata) || !Same(before.Spec, after.Spec, ModelsJson.Contract<V1ServiceSpec>());

    /// <summary>Spec (by its generation), deletion and status of a custom resource.</summary>
    public static bool Of(ClusterNetworkPolicy before, ClusterNetworkPolicy after) =>
        OfSource(before.Metadata, after.Metadata) || !Same(before.Status, after.Status, ModelsJson.Contract<PolicyStatus>());

    /// <summary>Spec (by its generation), deletion and status of a custom resource.</summary>
    public static bool Of(DefaultDenyProfile before, DefaultDenyProfile after) =>
        OfSource(before.Metadata, after.Metadata) || !Same(before.Status, after.Status, ModelsJson.Contract<PolicyStatus>());

    private static bool OfSource(V1ObjectMeta before, V1ObjectMeta after) =>
        before.Uid != after.Uid
        || before.Generation != after.Generation
        || before.DeletionTimestamp != after.DeletionTimestamp
        || !(before.Finalizers ?? []).SequenceEqual(after.Finalizers ?? [], StringComparer.Ordinal);

    private static bool SameLabels(V1ObjectMeta one, V1ObjectMeta other) => LabelSetComparer.Instance.Equals(one.Labels, other.Labels);

    private static bool Same<T>(T? one, T? other, JsonTypeInfo<T> type)
        where T : class =>
        one is null || other is null
            ? one is null && other is null
            : JsonSerializer.SerializeToUtf8Bytes(one, type).AsSpan().SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(other, type));
}
