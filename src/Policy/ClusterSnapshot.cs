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

/// <summary>What of a snapshot stands in for something that is not known: nothing of a cluster's own, something where manifests leave it out.</summary>
public sealed record SyntheticFacts
{
    /// <summary>Nothing: everything is as it is in the cluster.</summary>
    public static SyntheticFacts None { get; } = new();

    /// <summary>
    /// Ranges that clusters take addresses of pods and nodes from: private ones, those shared between carriers (RFC 1918, RFC 6598), and of
    /// IPv6 unique local and global ones without those for documentation (RFC 4193, RFC 4291, RFC 3849).
    /// </summary>
    public static CidrSet UsualRanges { get; } =
        CidrSet
            .From(((string[])["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7", "2000::/3"]).Select(Cidr.Parse))
            .Except(CidrSet.From(Cidr.Parse("2001:db8::/32")));

    /// <summary>Addresses that stand in for others, and the addresses that may be the real ones.</summary>
    public ImmutableDictionary<IpAddress, CidrSet> Addresses { get; init; } = ImmutableDictionary<IpAddress, CidrSet>.Empty;

    /// <summary>Namespaces and names of pods of which it is not known on which node they run.</summary>
    public ImmutableHashSet<(string Namespace, string Name)> Placements { get; init; } = [];

    /// <summary>Namespaces and names of pods that stand in for those an operator would make.</summary>
    public ImmutableHashSet<(string Namespace, string Name)> Placeholders { get; init; } = [];

    /// <summary>The addresses of its family that may be meant by an address; null when it is the real one.</summary>
    public CidrSet? RangeOf(IpAddress address) =>
        Addresses.TryGetValue(address, out var range)
            ? range.Intersect(CidrSet.From(address.Family == IpFamily.IPv4 ? Cidr.AllIPv4 : Cidr.AllIPv6))
            : null;
}
