using Palisade.Policy.Validation;
using Palisade.Webhook.Admission;
using Palisade.Webhook.Impact;

namespace Palisade.Webhook.Kinds;

/// <summary>
/// Checks plain NetworkPolicies, and keeps those that the operator stamped from being changed by others, which would only be undone a
/// moment later. Names of stamped ones are nobody else's to take: a policy there would stand in the way of a default deny.
/// </summary>
public sealed class NetworkPolicyWebhook(
    GeneratedPolicyGuard guard,
    ValidationOptions options,
    IClusterView cluster,
    Func<KubernetesVersion?> serverVersion,
    TimeProvider timeProvider
) : PolicyWebhook<V1NetworkPolicy>(ModelsJson.Contract<V1NetworkPolicy>(), options, cluster, timeProvider)
{
    /// <inheritdoc/>
    public override ValidationResult Create(V1NetworkPolicy entity, AdmissionContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var reserved = guard.CheckName(entity, context);
        return base.Create(entity, reserved is null ? context : context with { ReadingFindings = [reserved, .. context.ReadingFindings] });
    }

    /// <inheritdoc/>
    public override ValidationResult Update(V1NetworkPolicy oldEntity, V1NetworkPolicy newEntity, AdmissionContext context)
    {
        var guarded = guard.Check(oldEntity, context);
        if (!guarded.Allowed)
        {
            return guarded;
        }

        var judged = base.Update(oldEntity, newEntity, context);
        return judged with { Warnings = [.. guarded.Warnings, .. judged.Warnings] };
    }

    /// <inheritdoc/>
    public override ValidationResult UpdateMetadata(V1NetworkPolicy oldEntity, V1NetworkPolicy newEntity, AdmissionContext context) =>
        GeneratedPolicyGuard.HasSameMarks(oldEntity, newEntity) ? ValidationResult.Success() : guard.Check(oldEntity, context);

    /// <inheritdoc/>
    public override ValidationResult Delete(V1NetworkPolicy entity, AdmissionContext context) => guard.Check(entity, context);

    /// <inheritdoc/>
    protected override IReadOnlyList<Finding> Validate(V1NetworkPolicy entity, ValidationOptions options) =>
        PolicyValidator.Validate(entity, options with { KubernetesVersion = serverVersion() });
}
