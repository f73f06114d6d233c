using System.Text.Json.Serialization.Metadata;
using Palisade.Models;
using Palisade.Policy.Validation;
using Palisade.Webhook.Admission;

namespace Palisade.Webhook.Kinds;

/// <summary>
/// Checks a kind of policy by the catalogue: one answer with every error, or allowed with every warning.
/// </summary>
/// <typeparam name="TEntity">The kind.</typeparam>
public abstract class PolicyWebhook<TEntity> : ValidationWebhook<TEntity>
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Makes a webhook.</summary>
    /// <param name="contract">How the kind is read from JSON.</param>
    protected PolicyWebhook(JsonTypeInfo<TEntity> contract)
        : base(contract) { }

    /// <inheritdoc/>
    public override ValidationResult Create(TEntity entity, AdmissionContext context) => Judge(entity, context);

    /// <inheritdoc/>
    public override ValidationResult Update(TEntity oldEntity, TEntity newEntity, AdmissionContext context) => Judge(newEntity, context);

    /// <summary>All findings about an object.</summary>
    protected abstract IReadOnlyList<Finding> Validate(TEntity entity);

    /// <summary>Warnings about what an object without errors would do in this cluster now.</summary>
    protected virtual IReadOnlyList<string> Foresee(TEntity entity) => [];

    private ValidationResult Judge(TEntity entity, AdmissionContext context)
    {
        ArgumentNullException.ThrowIfNull(entity);
        ArgumentNullException.ThrowIfNull(context);
        var findings = ReadingFindings.Merge(context.ReadingFindings, Validate(entity));
        var errors = findings.Where(finding => finding.Severity == FindingSeverity.Error).ToList();
        var warnings = findings.Where(finding => finding.Severity == FindingSeverity.Warning).Select(finding => finding.ToString());
        return errors.Count == 0
            ? ValidationResult.Success([.. warnings, .. Foresee(entity)])
            : ValidationResult.Fail(Denial.Invalid(Entity, context.Name, errors), [.. warnings]);
    }
}
