using System.Collections.Immutable;
using System.Globalization;

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

/// <summary>A peer that names a part of the cluster which was not found, or which is too large to be written out.</summary>
/// <param name="Field">Path of the field in the custom resource.</param>
/// <param name="Reason">Constant CamelCase word for programs, such as <see cref="EntityNotFound"/>.</param>
/// <param name="Message">Human-readable message.</param>
public sealed record UnresolvedPeer(string Field, string Reason, string Message)
{
    /// <summary>The entity could not be found in the cluster.</summary>
    public const string EntityNotFound = "EntityNotFound";

    /// <summary>The peer stands for more addresses of nodes than one NetworkPolicy may hold.</summary>
    public const string TooManyAddresses = "TooManyAddresses";
}

/// <summary>How many addresses of nodes one stamped NetworkPolicy may hold.</summary>
public static class AddressLimit
{
    /// <summary>
    /// Address blocks of nodes in one NetworkPolicy. It takes the 5,000 nodes that Kubernetes supports with two blocks each, an address and the
    /// two gateways of a pod range. etcd refuses an object of 1.5 MB; a block takes at most 49 bytes there (a full IPv6 block in Protocol
    /// Buffers), so that the largest policy stays below a third of it.
    /// </summary>
    public const int MaxBlocks = 10_000;

    /// <summary>Says that a policy would hold more, and what to do about it.</summary>
    internal static string Message(int blocks) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"the policy would hold {blocks} address blocks of nodes, and one NetworkPolicy may hold {MaxBlocks}: select fewer nodes, or write the ranges that they have their addresses from as ipBlock"
        );
}
