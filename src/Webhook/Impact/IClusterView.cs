using Palisade.Policy.Validation;

namespace Palisade.Webhook.Impact;

/// <summary>What is known of the cluster.</summary>
public interface IClusterView
{
    /// <summary>Whether nothing is known because the cluster has more objects than may be held.</summary>
    bool IsTooLarge => false;

    /// <summary>The cluster as it is now; null while nothing is known of it. Quick: nothing is asked of the API server.</summary>
    ClusterFacts? Facts();

    /// <summary>Takes note that what was known of the cluster could not be made use of.</summary>
    /// <param name="fault">What happened.</param>
    void ReportFault(Exception fault) { }
}
