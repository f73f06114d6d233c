using Palisade.Policy.Expansion;

namespace Palisade.Operator.Planning;

/// <summary>Whose a NetworkPolicy of a stamped name is.</summary>
internal enum Ownership
{
    /// <summary>There is none of that name.</summary>
    Absent,

    /// <summary>It was stamped by the custom resource.</summary>
    Ours,

    /// <summary>It was stamped by a custom resource of the same kind and name that lived before, or will live after, this one.</summary>
    SameNameOtherOwner,

    /// <summary>It carries the label, but names no owner: the API server's record of field managers must tell.</summary>
    Unclear,

    /// <summary>It is somebody else's, and never touched.</summary>
    Foreign,
}

/// <summary>
/// Tells whose a NetworkPolicy is. The owner reference decides: nobody writes one with the kind and name of a custom resource of ours by
/// chance. Without one, the label alone is no proof, since anybody may set it; that the operator once applied the object is.
/// </summary>
internal static class OwnershipRule
{
    /// <summary>Whose the NetworkPolicy is, seen from a custom resource.</summary>
    /// <param name="policy">The NetworkPolicy of the stamped name; null when there is none.</param>
    /// <param name="kind">Kind of the custom resource.</param>
    /// <param name="owner">Its metadata.</param>
    public static Ownership Classify(V1NetworkPolicy? policy, string kind, V1ObjectMeta owner)
    {
        if (policy is null)
        {
            return Ownership.Absent;
        }

        if (PolicyNames.OwnerOf(policy) is not { } reference)
        {
            return HasLabel(policy) ? Ownership.Unclear : Ownership.Foreign;
        }

        if (reference.Kind != kind || reference.Name != owner.Name)
        {
            return Ownership.Foreign;
        }

        return reference.Uid == owner.Uid ? Ownership.Ours : Ownership.SameNameOtherOwner;
    }

    /// <summary>Whether the operator applied the NetworkPolicy once. Only a freshly read object tells; the caches drop managedFields.</summary>
    public static bool WasApplied(V1NetworkPolicy fresh) =>
        fresh.Metadata.ManagedFields?.Any(entry => entry is { Manager: PolicyNames.FieldManager, Operation: "Apply" }) == true;

    private static bool HasLabel(V1NetworkPolicy policy) =>
        policy.Metadata.Labels is { } labels
        && labels.TryGetValue(PolicyNames.ManagedByLabel, out var value)
        && value == PolicyNames.ManagedByValue;
}
