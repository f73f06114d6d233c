using Palisade.Policy.Expansion;
using Palisade.Policy.Net;

namespace Palisade.Policy.Validation;

/// <summary>What of a cluster some warnings depend on.</summary>
public sealed record ClusterFacts
{
    /// <summary>Namespaces, pods, nodes, and the policies besides the one that is looked at.</summary>
    public required ClusterSnapshot Snapshot { get; init; }

    /// <summary>Whether the snapshot has all namespaces, with their labels; otherwise nothing is said of selectors that match none.</summary>
    public bool KnowsNamespaces { get; init; } = true;

    /// <summary>Addresses that pods are given.</summary>
    public CidrSet PodRanges { get; init; } = CidrSet.Empty;

    /// <summary>Name of the namespace that Palisade runs in.</summary>
    public string OwnNamespace { get; init; } = ExpansionContext.DefaultOwnNamespace;
}
