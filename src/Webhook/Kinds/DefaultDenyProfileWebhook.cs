using Palisade.Models;
using Palisade.Policy.Validation;
using Palisade.Webhook.Impact;

namespace Palisade.Webhook.Kinds;

/// <summary>Checks DefaultDenyProfiles.</summary>
public sealed class DefaultDenyProfileWebhook(ValidationOptions options, IClusterView cluster)
    : PolicyWebhook<DefaultDenyProfile>(ModelsJsonContext.Default.DefaultDenyProfile, options, cluster)
{
    /// <inheritdoc/>
    protected override IReadOnlyList<Finding> Validate(DefaultDenyProfile entity, ValidationOptions options) =>
        PolicyValidator.Validate(entity, options);

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Foresee(DefaultDenyProfile entity, ClusterFacts cluster) => ImpactForecast.Of(entity, cluster);
}
