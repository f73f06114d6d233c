using Palisade.Policy.Expansion;

namespace Palisade.Policy.Validation;

/// <summary>
/// Names of NetworkPolicies that are kept for those that the operator stamps. Anybody who may write NetworkPolicies in a namespace could otherwise
/// take the name of a DefaultDenyProfile's policy before it is stamped.
/// </summary>
public static class ReservedNames
{
    /// <summary>What every name of a stamped NetworkPolicy begins with.</summary>
    public static IReadOnlyList<string> Prefixes { get; } = [PolicyNames.ClusterNetworkPolicyPrefix, PolicyNames.DefaultDenyProfilePrefix];

    /// <summary>The finding of a NetworkPolicy that anybody but the operator would create under such a name; null for other names.</summary>
    public static Finding? Find(V1ObjectMeta metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        // Where the API server makes up the rest of the name, it has mostly done so before it asks a webhook.
        var isGenerated = string.IsNullOrEmpty(metadata.Name);
        var name = isGenerated ? metadata.GenerateName : metadata.Name;
        return Prefixes.FirstOrDefault(prefix => name?.StartsWith(prefix, StringComparison.Ordinal) == true) is { } prefix
            ? new(
                FindingCodes.NameReserved,
                FindingSeverity.Error,
                isGenerated ? "metadata.generateName" : "metadata.name",
                name,
                $"names that begin with \"{prefix}\" are reserved for what Palisade's operator stamps: choose another name"
            )
            : null;
    }

    /// <summary>
    /// The finding of a NetworkPolicy of a manifest; none of one that was exported from a cluster where the operator stamped it, nor of what
    /// <c>kubectl palisade expand</c> printed.
    /// </summary>
    public static Finding? FindInManifest(V1NetworkPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return policy.Metadata is { } metadata && !IsStamped(policy) ? Find(metadata) : null;
    }

    private static bool IsStamped(V1NetworkPolicy policy) =>
        PolicyNames.OwnerOf(policy) is not null
        || (
            policy.Metadata.Labels is { } labels
            && labels.TryGetValue(PolicyNames.ManagedByLabel, out var manager)
            && manager == PolicyNames.ManagedByValue
        );
}
