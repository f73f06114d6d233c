using k8s;
using Palisade.Policy.Expansion;
using Palisade.Policy.Validation;

namespace Palisade.Operator.Sources;

/// <summary>A DefaultDenyProfile.</summary>
internal sealed class DefaultDenyProfileSource(DefaultDenyProfile profile, string ownNamespace) : PolicySource
{
    private readonly NamespaceSelection _selection = NamespaceSelection.Of(profile, ownNamespace);

    /// <inheritdoc/>
    public override IKubernetesObject<V1ObjectMeta> Entity => profile;

    /// <inheritdoc/>
    public override PolicyStatus? Status => profile.Status;

    /// <inheritdoc/>
    public override string StampedName { get; } = PolicyNames.For(profile);

    /// <inheritdoc/>
    public override bool IsAudit => profile.Spec.Enforcement == "Audit";

    /// <inheritdoc/>
    public override IReadOnlyList<string> TenantLabels => TenantLabelsOf(profile.Spec.Allow?.Ingress, profile.Spec.Allow?.Egress);

    /// <inheritdoc/>
    public override bool Selects(V1Namespace target) => _selection.Matches(target);

    /// <inheritdoc/>
    public override IReadOnlyList<Finding> Validate() => PolicyValidator.Validate(profile, SpecOnly);

    /// <inheritdoc/>
    public override ExpansionResult Expand(V1Namespace target, ExpansionContext context) => PolicyExpander.Expand(profile, target, context);
}
