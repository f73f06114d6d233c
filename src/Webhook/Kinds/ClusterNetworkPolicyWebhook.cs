using Palisade.Models;
using Palisade.Policy.Validation;
using Palisade.Webhook.Impact;

namespace Palisade.Webhook.Kinds;

/// <summary>Checks ClusterNetworkPolicies.</summary>
public sealed class ClusterNetworkPolicyWebhook(ValidationOptions options, IClusterView cluster)
    : PolicyWebhook<ClusterNetworkPolicy>(ModelsJsonContext.Default.ClusterNetworkPolicy, options, cluster)
{
    /// <inheritdoc/>
    protected override IReadOnlyList<Finding> Validate(ClusterNetworkPolicy entity, ValidationOptions options) =>
        PolicyValidator.Validate(entity, options);

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Foresee(ClusterNetworkPolicy entity, ClusterFacts cluster) =>
        ImpactForecast.Of(entity, cluster);
}
