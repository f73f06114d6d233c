using Palisade.Policy.Validation;

namespace Palisade.Webhook.Impact;

/// <summary>What is known of the cluster.</summary>
public interface IClusterView
{
    /// <summary>The cluster as it is now; null while nothing is known of it. Quick: nothing is asked of the API server.</summary>
    ClusterFacts? Facts();
}
