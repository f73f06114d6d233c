using Palisade.Policy.Expansion;
using Palisade.Policy.Net;

namespace Palisade.Policy.Validation;

/// <summary>What of a cluster some warnings depend on.</summary>
public sealed record ClusterFacts
{
    /// <summary>Namespaces, pods and nodes.</summary>
    public required ClusterSnapshot Snapshot { get; init; }

    /// <summary>Addresses that pods are given.</summary>
    public CidrSet PodRanges { get; init; } = CidrSet.Empty;

    /// <summary>Name of the namespace that Palisade runs in.</summary>
    public string OwnNamespace { get; init; } = ExpansionContext.DefaultOwnNamespace;
}
