using Palisade.Models;
using Palisade.Policy.Validation;

namespace Palisade.Webhook.Kinds;

/// <summary>Checks ClusterNetworkPolicies.</summary>
public sealed class ClusterNetworkPolicyWebhook() : PolicyWebhook<ClusterNetworkPolicy>(ModelsJsonContext.Default.ClusterNetworkPolicy)
{
    /// <inheritdoc/>
    protected override IReadOnlyList<Finding> Validate(ClusterNetworkPolicy entity) => PolicyValidator.Validate(entity);
}
