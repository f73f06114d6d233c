using k8s;
using Palisade.Policy.Expansion;
using Palisade.Policy.Validation;

namespace Palisade.Operator.Sources;

/// <summary>A ClusterNetworkPolicy.</summary>
internal sealed class ClusterNetworkPolicySource(ClusterNetworkPolicy policy) : PolicySource
{
    private readonly NamespaceSelection _selection = NamespaceSelection.Of(policy);

    /// <inheritdoc/>
    public override IKubernetesObject<V1ObjectMeta> Entity => policy;

    /// <inheritdoc/>
    public override PolicyStatus? Status => policy.Status;

    /// <inheritdoc/>
    public override string StampedName { get; } = PolicyNames.For(policy);

    /// <inheritdoc/>
    public override IReadOnlyList<string> TenantLabels => TenantLabelsOf(policy.Spec.Ingress, policy.Spec.Egress);

    /// <inheritdoc/>
    public override bool Selects(V1Namespace target) => _selection.Matches(target);

    /// <inheritdoc/>
    public override IReadOnlyList<Finding> Validate() => PolicyValidator.Validate(policy, SpecOnly);

    /// <inheritdoc/>
    public override ExpansionResult Expand(V1Namespace target, ExpansionContext context) => PolicyExpander.Expand(policy, target, context);
}
