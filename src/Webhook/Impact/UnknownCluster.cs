using Palisade.Policy.Validation;

namespace Palisade.Webhook.Impact;

/// <summary>Nothing is known of the cluster.</summary>
public sealed class UnknownCluster : IClusterView
{
    /// <inheritdoc/>
    public ClusterFacts? Facts() => null;
}
