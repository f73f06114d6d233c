using System.Collections.Immutable;
using Palisade.Policy.Net;

namespace Palisade.Dataplane;

/// <summary>
/// All that the kernel of one node has to hold, as a value: equal snapshots give equal rulesets. It says nothing yet of class
/// numbers, which depend on what the kernel holds already.
/// </summary>
public sealed record Ruleset
{
    /// <summary>The addresses that interfaces give themselves (RFC 4291): no API object tells which pod has which.</summary>
    public static Cidr LinkLocal { get; } = Cidr.Parse("fe80::/10");

    /// <summary>Layout that the ruleset was compiled for.</summary>
    public DataplaneOptions Options { get; init; } = DataplaneOptions.Default;

    /// <summary>Chains of the policies that select local pods, by name.</summary>
    public ImmutableArray<PolicyChain> Chains { get; init; } = [];

    /// <summary>Which policies each chain is of, by chain and policy; human-readable.</summary>
    public ImmutableArray<ChainOwner> Owners { get; init; } = [];

    /// <summary>Classes of isolated local pods, by direction and key.</summary>
    public ImmutableArray<PodClass> Classes { get; init; } = [];

    /// <summary>Local pods with an address, by namespace and name.</summary>
    public ImmutableArray<LocalPod> Pods { get; init; } = [];

    /// <summary>Sets that the chains refer to, by name.</summary>
    public ImmutableArray<AddressSet> Sets { get; init; } = [];

    /// <summary>Pod ranges of the node.</summary>
    public ImmutableArray<Cidr> PodRanges { get; init; } = [];

    /// <summary>Whether new connections from unknown addresses of the node's pod ranges are dropped.</summary>
    public bool DropsUnknownSources { get; init; }

    /// <summary>Whether new connections to unknown addresses of the node's pod ranges are dropped.</summary>
    public bool DropsUnknownDestinations { get; init; }

    /// <summary>
    /// Bridges of the node that surely carry none of its pods, by name: their hosts may use link-local addresses. Any other bridge, also one that
    /// appears after this was found out, may be the pods'.
    /// </summary>
    public ImmutableArray<string> ForeignBridges { get; init; } = [];

    /// <summary>What could not be compiled.</summary>
    public ImmutableArray<CompileProblem> Problems { get; init; } = [];

    /// <summary>Whether unknown local addresses are dropped in the direction.</summary>
    public bool DropsUnknown(Direction direction) => direction == Direction.Egress ? DropsUnknownSources : DropsUnknownDestinations;

    /// <summary>Whether new connections of the address, as long as it is of no known pod, are dropped in the direction.</summary>
    public bool DropsUnknown(Direction direction, IpAddress address) =>
        DropsUnknown(direction) && PodRanges.Any(range => range.Contains(address));
}
