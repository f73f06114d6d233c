using System.Collections.Immutable;
using Palisade.Policy.Expansion;
using Palisade.Policy.Net;

namespace Palisade.Policy;

/// <summary>
/// What is known of a cluster at one moment: all that a verdict depends on. The agent makes it from its caches, the CLI from
/// files. The objects in it must not be changed afterwards.
/// </summary>
public sealed record ClusterSnapshot
{
    /// <summary>A cluster without anything in it.</summary>
    public static ClusterSnapshot Empty { get; } = new();

    /// <summary>All namespaces.</summary>
    public ImmutableArray<NamespaceFacts> Namespaces { get; init; } = [];

    /// <summary>All pods, also those that have no address or have finished.</summary>
    public ImmutableArray<PodFacts> Pods { get; init; } = [];

    /// <summary>All NetworkPolicies, stamped or written by hand.</summary>
    public ImmutableArray<PolicyFacts> Policies { get; init; } = [];

    /// <summary>Nodes: all, or for an agent without profiles in Audit its own only, since nothing else depends on the others.</summary>
    public ImmutableArray<NodeFacts> Nodes { get; init; } = [];

    /// <summary>Profiles whose enforcement is Audit: what they would deny is counted and logged.</summary>
    public ImmutableArray<DefaultDenyProfile> AuditProfiles { get; init; } = [];

    /// <summary>Addresses of Services: what is sent to one has the address of a pod when policies see it.</summary>
    public CidrSet ServiceAddresses { get; init; } = CidrSet.Empty;

    /// <summary>What of all this stands in for something that is not known.</summary>
    public SyntheticFacts Synthetic { get; init; } = SyntheticFacts.None;

    /// <summary>The API server and DNS, which the allowances of profiles may name.</summary>
    public ClusterEntities Entities { get; init; } = ClusterEntities.None;
}
