using Palisade.Policy.Validation;
using Palisade.Webhook.Impact;

namespace Palisade.Webhook.Kinds;

/// <summary>Checks ClusterNetworkPolicies.</summary>
public sealed class ClusterNetworkPolicyWebhook(ValidationOptions options, IClusterView cluster, TimeProvider timeProvider)
    : PolicyWebhook<ClusterNetworkPolicy>(ModelsJson.Contract<ClusterNetworkPolicy>(), options, cluster, timeProvider)
{
    /// <inheritdoc/>
    private protected override bool HasImpact => true;

    /// <inheritdoc/>
    protected override IReadOnlyList<Finding> Validate(ClusterNetworkPolicy entity, ValidationOptions options) =>
        PolicyValidator.Validate(entity, options);

    /// <inheritdoc/>
    private protected override IReadOnlyList<string> Foresee(
        ClusterNetworkPolicy entity,
        ClusterFacts cluster,
        bool lacksDns,
        ImpactBudget budget
    ) => ImpactForecast.Of(entity, cluster, lacksDns, budget);
}
