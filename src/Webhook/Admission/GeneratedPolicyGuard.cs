using System.Collections.Frozen;
using Palisade.Policy.Expansion;
using Palisade.Policy.Validation;

namespace Palisade.Webhook.Admission;

/// <summary>What happens when somebody but the operator changes or deletes a stamped NetworkPolicy.</summary>
public enum ProtectionMode
{
    /// <summary>The write is refused.</summary>
    Deny,

    /// <summary>The write is allowed with a warning that the operator will undo it.</summary>
    Warn,

    /// <summary>Nothing.</summary>
    Off,
}

/// <summary>Keeps NetworkPolicies that the operator stamped from being changed or deleted by others, and their names from being taken.</summary>
public sealed class GeneratedPolicyGuard
{
    /// <summary>
    /// The garbage collector removes what lost its owner, the namespace controller what is in a namespace that goes; without service
    /// account credentials of their own both are the controller manager.
    /// </summary>
    private static readonly string[] ClusterControllers =
    [
        "system:serviceaccount:kube-system:generic-garbage-collector",
        "system:serviceaccount:kube-system:namespace-controller",
        "system:kube-controller-manager",
    ];

    private readonly ProtectionMode _mode;
    private readonly FrozenSet<string> _allowedUsers;

    /// <summary>Makes a guard.</summary>
    /// <param name="mode">What happens.</param>
    /// <param name="operatorUsers">Names of the users that the operator may run as.</param>
    public GeneratedPolicyGuard(ProtectionMode mode, IEnumerable<string> operatorUsers)
    {
        _mode = mode;
        _allowedUsers = ClusterControllers.Concat(operatorUsers).ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>What there is to say against a write: an error, or a warning where the mode is to warn; null for nothing.</summary>
    /// <inheritdoc cref="AdmissionHandler{T}"/>
    public Finding? Check(V1NetworkPolicy? old, V1NetworkPolicy? now, AdmissionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (_mode == ProtectionMode.Off || _allowedUsers.Contains(context.User))
        {
            return null;
        }

        return (old, now) switch
        {
            (null, not null) => CheckName(now),
            (not null, not null) when !context.SpecChanged && HasSameOwnership(old, now) => null,
            (not null, _) => CheckEdit(old),
            _ => null,
        };
    }

    /// <summary>
    /// Nobody but the operator creates a policy under a name that is reserved for stamped ones. What such a name already has may be changed and
    /// deleted: it is no stamped one.
    /// </summary>
    private Finding? CheckName(V1NetworkPolicy policy) =>
        ReservedNames.Find(policy.Metadata) is { } finding ? finding with { Severity = Severity } : null;

    private Finding? CheckEdit(V1NetworkPolicy policy)
    {
        if (PolicyNames.OwnerOf(policy) is not { } owner)
        {
            return null;
        }

        var undone = _mode == ProtectionMode.Warn ? ", which will undo this" : "";
        return new(
            FindingCodes.GeneratedPolicyEdited,
            Severity,
            "",
            null,
            $"NetworkPolicy \"{policy.Metadata.Name}\" is made by {owner.Kind} \"{owner.Name}\"{undone}; change that instead: "
                + $"kubectl edit {owner.Kind.ToLowerInvariant()}.palisade.dev {owner.Name}"
        );
    }

    private FindingSeverity Severity => _mode == ProtectionMode.Warn ? FindingSeverity.Warning : FindingSeverity.Error;

    /// <summary>Whether both have the owner by which a stamped NetworkPolicy is known.</summary>
    private static bool HasSameOwnership(V1NetworkPolicy first, V1NetworkPolicy second) =>
        PolicyNames.OwnerOf(first)?.Uid == PolicyNames.OwnerOf(second)?.Uid;
}
