using System.Text.Json.Serialization.Metadata;
using k8s;
using Palisade.Policy.Validation;
using Palisade.Webhook.Admission;
using Palisade.Webhook.Impact;

namespace Palisade.Webhook.Kinds;

/// <summary>
/// Checks a kind of policy by the catalogue: one answer with every error, or allowed with every warning.
/// </summary>
/// <typeparam name="TEntity">The kind.</typeparam>
public abstract class PolicyWebhook<TEntity> : ValidationWebhook<TEntity>
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly ValidationOptions _options;
    private readonly IClusterView _cluster;
    private readonly TimeProvider _timeProvider;

    /// <summary>Makes a webhook.</summary>
    /// <param name="contract">How the kind is read from JSON.</param>
    /// <param name="options">How to validate.</param>
    /// <param name="cluster">The cluster, for warnings that depend on it.</param>
    /// <param name="timeProvider">The clock.</param>
    protected PolicyWebhook(JsonTypeInfo<TEntity> contract, ValidationOptions options, IClusterView cluster, TimeProvider timeProvider)
        : base(contract) => (_options, _cluster, _timeProvider) = (options, cluster, timeProvider);

    /// <inheritdoc/>
    public override ValidationResult Create(TEntity entity, AdmissionContext context) => Judge(null, entity, context);

    /// <inheritdoc/>
    public override ValidationResult Update(TEntity oldEntity, TEntity newEntity, AdmissionContext context) =>
        Judge(oldEntity, newEntity, context);

    /// <summary>All findings about an object.</summary>
    protected abstract IReadOnlyList<Finding> Validate(TEntity entity, ValidationOptions options);

    /// <summary>Whether objects of the kind are for many namespaces, so that their impact is worth a sentence.</summary>
    private protected virtual bool HasImpact => false;

    /// <summary>What an object without errors would do in this cluster now, in sentences.</summary>
    private protected virtual IReadOnlyList<string> Foresee(TEntity entity, ClusterFacts cluster, bool lacksDns, ImpactBudget budget) => [];

    private ValidationResult Judge(TEntity? previous, TEntity entity, AdmissionContext context)
    {
        ArgumentNullException.ThrowIfNull(entity);
        ArgumentNullException.ThrowIfNull(context);
        var budget = new ImpactBudget(_timeProvider, ImpactBudget.Usual);
        var cluster = _cluster.Facts();
        var options = _options with
        {
            CheckLastApplied = context.AppliedNow,
            Cluster = cluster,
            IsTimeSpent = budget.IsSpent,
            Previous = previous as V1NetworkPolicy,
        };
        var findings = ReadingFindings.Merge(context.ReadingFindings, Find(entity, options));
        var errors = findings.Where(finding => finding.Severity == FindingSeverity.Error).ToList();
        var warnings = findings.Where(finding => finding.Severity == FindingSeverity.Warning).Select(finding => finding.ToString());
        if (errors.Count > 0)
        {
            return ValidationResult.Fail(Denial.Invalid(Entity, context.Name, errors), [.. warnings]);
        }

        var lacksDns = findings.Any(finding => finding.Code == FindingCodes.DnsNotAllowed);
        return ValidationResult.Success([.. warnings, .. Impact(entity, cluster, lacksDns, budget)]);
    }

    /// <summary>All findings; where the cluster makes the validators fail, those that do not depend on it.</summary>
    private IReadOnlyList<Finding> Find(TEntity entity, ValidationOptions options)
    {
        try
        {
            return Validate(entity, options);
        }
        catch (Exception fault) when (options.Cluster is not null)
        {
            // Nobody's write is refused for a warning. What fails without the cluster too is no fault of the warnings.
            _cluster.ReportFault(fault);
            return Validate(entity, options with { Cluster = null });
        }
    }

    private IReadOnlyList<string> Impact(TEntity entity, ClusterFacts? cluster, bool lacksDns, ImpactBudget budget)
    {
        if (cluster is null)
        {
            return HasImpact && _cluster.IsTooLarge ? ["impact not computed: cluster too large"] : [];
        }

        try
        {
            return Foresee(entity, cluster, lacksDns, budget);
        }
        catch (Exception fault) when (HasImpact)
        {
            _cluster.ReportFault(fault);
            return [];
        }
    }
}
