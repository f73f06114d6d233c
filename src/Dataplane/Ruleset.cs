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

/// <summary>Which of a connection's two ends a rule speaks for.</summary>
public enum Direction
{
    /// <summary>The source pod: what it may open.</summary>
    Egress,

    /// <summary>The destination pod: what it may be sent.</summary>
    Ingress,
}

/// <summary>A pod of the node whose addresses the rules know.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="Addresses">Its addresses.</param>
/// <param name="EgressClass">Key of its class for what it sends; null when it is not isolated.</param>
/// <param name="IngressClass">Key of its class for what it is sent; null when it is not isolated.</param>
public sealed record LocalPod(string Namespace, string Name, ImmutableArray<IpAddress> Addresses, string? EgressClass, string? IngressClass)
{
    /// <summary>Key of its class in the direction; null when it is not isolated.</summary>
    public string? ClassIn(Direction direction) => direction == Direction.Egress ? EgressClass : IngressClass;
}

/// <summary>
/// The isolated local pods that may do the same in one direction. Two pods are of one class when the policies that select them
/// compile to the same chains, whatever the policies' names.
/// </summary>
/// <param name="Key">Hash of direction, kind and chains.</param>
/// <param name="Direction">Direction in which the pods are isolated.</param>
/// <param name="IsAudit">Whether what is not allowed is only logged.</param>
/// <param name="Chains">Names of the policy chains, in order; none when the policies allow nothing.</param>
/// <param name="Policies">The policies, as namespace/name, of all the class's pods; human-readable.</param>
public sealed record PodClass(string Key, Direction Direction, bool IsAudit, ImmutableArray<string> Chains, ImmutableArray<string> Policies)
{
    /// <summary>Key of a class with these chains.</summary>
    public static string KeyOf(Direction direction, bool isAudit, IEnumerable<string> chains) =>
        ContentHash.Compute(["class", direction.ToString(), isAudit ? "audit" : "enforce", .. chains]);
}

/// <summary>The numbers that a packet's mark can hold while it is judged.</summary>
public static class ClassNumber
{
    /// <summary>The address is not that of a known local pod.</summary>
    public const byte Unknown = 0;

    /// <summary>The pod is known and not isolated.</summary>
    public const byte Open = 1;

    /// <summary>Lowest number of a class of isolated pods.</summary>
    public const byte FirstMarked = 2;

    /// <summary>Most classes of isolated pods that have a number of their own.</summary>
    public const int MaxMarked = 252;

    /// <summary>The pod's class has no number of its own: it is found by set lookups.</summary>
    public const byte Overflow = 254;

    /// <summary>
    /// In a set: the pod is between two classes, and its new connections are dropped for that moment. On a packet: it is denied.
    /// </summary>
    public const byte Held = 255;
}

/// <summary>
/// What one or several policies allow in one direction: rules that go to <c>PLSD-OK</c>. Named by a hash of its content, so that
/// equal policies share it, and so that it never changes: other content is another chain.
/// </summary>
/// <param name="Name">Name of the chain, the same in both families.</param>
/// <param name="IPv4">Rules for IPv4.</param>
/// <param name="IPv6">Rules for IPv6.</param>
public sealed record PolicyChain(string Name, ImmutableArray<PolicyRule> IPv4, ImmutableArray<PolicyRule> IPv6)
{
    /// <summary>The rules for the family.</summary>
    public ImmutableArray<PolicyRule> Rules(IpFamily family) => family == IpFamily.IPv4 ? IPv4 : IPv6;

    /// <summary>Names of the sets that the rules look into.</summary>
    public IEnumerable<string> Sets() => IPv4.Concat(IPv6).SelectMany(rule => rule.Sets).Select(lookup => lookup.Set);
}

/// <summary>A set that the kernel has to hold, with exactly these entries.</summary>
/// <param name="Name">Name, at most 31 characters, different for each family.</param>
/// <param name="Family">Family of the addresses; for ports, of the packets.</param>
/// <param name="Kind">Type of the set.</param>
/// <param name="Meaning">What the entries are, human-readable: the selectors, the port's name.</param>
/// <param name="Entries">The entries, in order, each once.</param>
public sealed record AddressSet(string Name, IpFamily Family, SetKind Kind, string Meaning, ImmutableArray<SetEntry> Entries);

/// <summary>A part of a policy that could not be understood. The policy then isolates the pods that it selects, and allows nothing.</summary>
/// <param name="Policy">The policy, as namespace/name.</param>
/// <param name="Field">Path of the field.</param>
/// <param name="Value">What stands there.</param>
/// <param name="Message">What is wrong.</param>
public sealed record CompileProblem(string Policy, string Field, string Value, string Message)
{
    /// <summary>What the node's kernel lacks, or why it refuses the policy; null when the fault is the policy's own.</summary>
    public string? Lacks { get; init; }

    /// <summary>All of it in one line.</summary>
    public override string ToString() => $"{Policy}: {Field}: \"{Value}\": {Message}";
}
