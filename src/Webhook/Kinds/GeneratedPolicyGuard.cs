using System.Collections.Frozen;
using System.Reflection;
using Palisade.Policy.Expansion;
using Palisade.Policy.Validation;
using Palisade.Webhook.Admission;

namespace Palisade.Webhook.Kinds;

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

    private static readonly KubernetesEntityAttribute Entity = typeof(V1NetworkPolicy).GetCustomAttribute<KubernetesEntityAttribute>()!;

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

    /// <summary>Whether both have the owner by which a stamped NetworkPolicy is known.</summary>
    public static bool HasSameMarks(V1NetworkPolicy first, V1NetworkPolicy second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        return PolicyNames.OwnerOf(first)?.Uid == PolicyNames.OwnerOf(second)?.Uid;
    }

    /// <summary>
    /// The finding of a policy that the user would create under a name that is kept for stamped ones; null when there is none. What such a name
    /// already has may be changed and deleted: it is no stamped one.
    /// </summary>
    /// <param name="policy">The policy as it would be.</param>
    /// <param name="context">Circumstances of the write.</param>
    public Finding? CheckName(V1NetworkPolicy policy, AdmissionContext context)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(context);
        var finding = _mode == ProtectionMode.Off || _allowedUsers.Contains(context.User) ? null : ReservedNames.Find(policy.Metadata);
        return _mode == ProtectionMode.Warn && finding is not null ? finding with { Severity = FindingSeverity.Warning } : finding;
    }

    /// <summary>Says whether the user may change or delete the policy.</summary>
    /// <param name="policy">The policy as it is.</param>
    /// <param name="context">Circumstances of the write.</param>
    public ValidationResult Check(V1NetworkPolicy policy, AdmissionContext context)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(context);
        if (_mode == ProtectionMode.Off || PolicyNames.OwnerOf(policy) is not { } owner || _allowedUsers.Contains(context.User))
        {
            return ValidationResult.Success();
        }

        var instead = $"kubectl edit {owner.Kind.ToLowerInvariant()}.palisade.dev {owner.Name} [{FindingCodes.GeneratedPolicyEdited}]";
        var made = $"NetworkPolicy \"{policy.Metadata.Name}\" is made by {owner.Kind} \"{owner.Name}\"";
        return _mode == ProtectionMode.Warn
            ? ValidationResult.Success($"{made}, which will undo this; change that instead: {instead}")
            : ValidationResult.Fail(Denial.Forbidden(Entity, policy.Metadata.Name, $"{made}; change that instead: {instead}"));
    }
}
