using System.Collections.Immutable;

namespace Palisade.Policy.Expansion;

/// <summary>
/// What a custom resource stamps into one namespace. Without a policy either nothing is to be stamped and what is there goes
/// (<see cref="IsAudit"/>), or it cannot be known now and what is there stays (<see cref="Unresolved"/> says why).
/// </summary>
public sealed record ExpansionResult
{
    /// <summary>The NetworkPolicy to stamp; null when none.</summary>
    public V1NetworkPolicy? Policy { get; init; }

    /// <summary>For each ingress rule of the policy the path of what it came of in the custom resource; empty where it is Palisade's own.</summary>
    public ImmutableArray<string> IngressOrigins { get; init; } = [];

    /// <summary>The same for each egress rule.</summary>
    public ImmutableArray<string> EgressOrigins { get; init; } = [];

    /// <summary>Whether nothing is stamped because the profile only audits.</summary>
    public bool IsAudit { get; init; }

    /// <summary>Peers that could not be resolved; then nothing is stamped again, and the earlier form stays.</summary>
    public ImmutableArray<UnresolvedPeer> Unresolved { get; init; } = [];

    /// <summary>
    /// Where the peers stand for too many addresses, the policy without any address of a node, for a namespace in which nothing is stamped yet;
    /// otherwise null.
    /// </summary>
    public V1NetworkPolicy? WithoutNodes { get; init; }

    /// <summary>Whether the policy lets pods reach the cluster's DNS as it is by convention, since no DNS Service was ever found.</summary>
    public bool UsesConventionalDns { get; init; }
}
