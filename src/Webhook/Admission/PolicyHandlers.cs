using k8s;
using Palisade.Policy.Shapes;
using Palisade.Policy.Validation;
using Palisade.Webhook.Impact;

namespace Palisade.Webhook.Admission;

/// <summary>
/// The handlers of the three kinds: every error and every warning of the catalogue in one answer; without errors also what the object would do
/// in this cluster now.
/// </summary>
/// <param name="guard">What protects stamped NetworkPolicies.</param>
/// <param name="options">How to validate.</param>
/// <param name="cluster">The cluster, for warnings that depend on it.</param>
/// <param name="serverVersion">The API server's version; null while it is not known.</param>
/// <param name="timeProvider">The clock.</param>
public sealed class PolicyHandlers(
    GeneratedPolicyGuard guard,
    ValidationOptions options,
    IClusterView cluster,
    Func<KubernetesVersion?> serverVersion,
    TimeProvider timeProvider
)
{
    private delegate IReadOnlyList<string> Preview<in T>(T policy, ClusterFacts cluster, bool lacksDns, ImpactBudget budget);

    /// <inheritdoc cref="AdmissionHandler{T}"/>
    public IReadOnlyList<Finding> ClusterNetworkPolicy(ClusterNetworkPolicy? old, ClusterNetworkPolicy? now, AdmissionContext context) =>
        Judge(now, context, PolicyValidator.Validate, ImpactForecast.Preview);

    /// <inheritdoc cref="AdmissionHandler{T}"/>
    public IReadOnlyList<Finding> DefaultDenyProfile(DefaultDenyProfile? old, DefaultDenyProfile? now, AdmissionContext context) =>
        Judge(now, context, PolicyValidator.Validate, ImpactForecast.Preview);

    /// <summary>
    /// As the others; and those that the operator stamped are not changed by anybody else, which would only be undone a moment later, and their
    /// names are nobody else's to take: a policy there would stand in the way of a default deny.
    /// </summary>
    /// <inheritdoc cref="AdmissionHandler{T}"/>
    public IReadOnlyList<Finding> NetworkPolicy(V1NetworkPolicy? old, V1NetworkPolicy? now, AdmissionContext context)
    {
        var guarded = guard.Check(old, now, context);
        return guarded is { Code: FindingCodes.GeneratedPolicyEdited, Severity: FindingSeverity.Error }
            ? [guarded]
            : [.. guarded is null ? [] : new[] { guarded }, .. Judge(now, context, Validate, preview: null)];

        IReadOnlyList<Finding> Validate(V1NetworkPolicy policy, ValidationOptions effective) =>
            PolicyValidator.Validate(policy, effective with { KubernetesVersion = serverVersion(), Previous = old });
    }

    private IReadOnlyList<Finding> Judge<T>(
        T? now,
        AdmissionContext context,
        Func<T, ValidationOptions, IReadOnlyList<Finding>> validate,
        Preview<T>? preview
    )
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        ArgumentNullException.ThrowIfNull(context);
        if (now is null)
        {
            return [];
        }

        if (!context.SpecChanged)
        {
            // Faults of a spec that stays as it is are nobody's doing now; a typo just made is still worth a warning.
            var typos = context.AppliedNow ? ShapeFindings.FindInLastApplied(now.Metadata.Annotations) : [];
            return [.. typos.Select(typo => typo with { Severity = FindingSeverity.Warning })];
        }

        var budget = new ImpactBudget(timeProvider, ImpactBudget.Usual);
        var facts = cluster.Facts();
        var findings = Join(
            context.Faults.Select(fault => FromFault(fault, now)).ToList(),
            Validate(now, validate, options with { CheckLastApplied = context.AppliedNow, Cluster = facts, IsTimeSpent = budget.IsSpent })
        );
        return preview is null || findings.Any(finding => finding.Severity == FindingSeverity.Error)
            ? findings
            : [.. findings, .. Impact(now, preview, facts, findings, budget).Select(Finding.Note)];
    }

    /// <summary>A field that a NetworkPolicy has and Palisade does not know may be one of a newer API server.</summary>
    private static Finding FromFault<T>(ShapeFault fault, T now)
    {
        var finding = ShapeFindings.From(fault);
        return fault.IsUnknownField && now is V1NetworkPolicy ? finding with { Severity = FindingSeverity.Warning } : finding;
    }

    /// <summary>
    /// What was found while reading, and what the validators found; less what these say of places that could not be read: it is about what was
    /// put there instead.
    /// </summary>
    private static IReadOnlyList<Finding> Join(List<Finding> reading, IReadOnlyList<Finding> validation)
    {
        return reading.Count == 0
            ? validation
            : [.. reading, .. validation.Where(finding => !reading.Exists(read => Covers(read.Field, finding.Field)))];

        static bool Covers(string read, string field) =>
            field.StartsWith(read, StringComparison.Ordinal) && (field.Length == read.Length || field[read.Length] is '.' or '[');
    }

    /// <summary>All findings; where the cluster makes the validators fail, those that do not depend on it.</summary>
    private IReadOnlyList<Finding> Validate<T>(
        T now,
        Func<T, ValidationOptions, IReadOnlyList<Finding>> validate,
        ValidationOptions effective
    )
    {
        try
        {
            return validate(now, effective);
        }
        catch (Exception fault) when (effective.Cluster is not null)
        {
            // Nobody's write is refused for a warning. What fails without the cluster too is no fault of the warnings.
            cluster.ReportFault(fault);
            return validate(now, effective with { Cluster = null });
        }
    }

    private IReadOnlyList<string> Impact<T>(
        T now,
        Preview<T> preview,
        ClusterFacts? facts,
        IReadOnlyList<Finding> findings,
        ImpactBudget budget
    )
    {
        if (facts is null)
        {
            return cluster.IsTooLarge ? ["impact not computed: cluster too large"] : [];
        }

        try
        {
            return preview(now, facts, findings.Any(finding => finding.Code == FindingCodes.DnsNotAllowed), budget);
        }
        catch (Exception fault)
        {
            cluster.ReportFault(fault);
            return [];
        }
    }
}
