using Palisade.Policy.Validation;
using Palisade.Webhook.Impact;

namespace Palisade.Webhook.Kinds;

/// <summary>Checks DefaultDenyProfiles.</summary>
public sealed class DefaultDenyProfileWebhook(ValidationOptions options, IClusterView cluster, TimeProvider timeProvider)
    : PolicyWebhook<DefaultDenyProfile>(ModelsJson.Contract<DefaultDenyProfile>(), options, cluster, timeProvider)
{
    /// <inheritdoc/>
    private protected override bool HasImpact => true;

    /// <inheritdoc/>
    protected override IReadOnlyList<Finding> Validate(DefaultDenyProfile entity, ValidationOptions options) =>
        PolicyValidator.Validate(entity, options);

    /// <inheritdoc/>
    private protected override IReadOnlyList<string> Foresee(
        DefaultDenyProfile entity,
        ClusterFacts cluster,
        bool lacksDns,
        ImpactBudget budget
    ) => ImpactForecast.Of(entity, cluster, lacksDns, budget);
}
