using Palisade.Models;
using Palisade.Policy.Validation;

namespace Palisade.Webhook.Kinds;

/// <summary>Checks DefaultDenyProfiles.</summary>
public sealed class DefaultDenyProfileWebhook() : PolicyWebhook<DefaultDenyProfile>(ModelsJsonContext.Default.DefaultDenyProfile)
{
    /// <inheritdoc/>
    protected override IReadOnlyList<Finding> Validate(DefaultDenyProfile entity) => PolicyValidator.Validate(entity);
}
