using System.Collections.Immutable;
using Palisade.Dataplane.Planning;

namespace Palisade.Dataplane.Kernel;

/// <summary>How much of Palisade's a kernel was found to hold, and what its rules have counted.</summary>
public sealed record KernelCensus
{
    /// <summary>Own sets.</summary>
    public int Sets { get; init; }

    /// <summary>Entries of own sets.</summary>
    public int Entries { get; init; }

    /// <summary>Own chains.</summary>
    public int Chains { get; init; }

    /// <summary>Rules of own chains.</summary>
    public int Rules { get; init; }

    /// <summary>First packets of connections that each policy chain let through.</summary>
    public ImmutableArray<ChainCount> Accepted { get; init; } = [];

    /// <summary>
    /// First packets of connections that no policy of a class allowed. Among them are those of a pod to itself, which pass all the same.
    /// </summary>
    public ImmutableArray<ChainCount> Denied { get; init; } = [];

    /// <summary>As <see cref="Denied"/>, for classes of profiles in Audit: all of them passed.</summary>
    public ImmutableArray<ChainCount> WouldBeDenied { get; init; } = [];

    /// <summary>Packets dropped because their address in the node's pod range is of no known pod.</summary>
    public long UnknownPods { get; init; }

    /// <summary>Counts what a kernel that was read holds.</summary>
    /// <param name="ruleset">What it was last brought in line with; it says which policies a chain is of.</param>
    /// <param name="kernel">What was read, with counters.</param>
    public static KernelCensus From(Ruleset ruleset, KernelState kernel)
    {
        ArgumentNullException.ThrowIfNull(ruleset);
        ArgumentNullException.ThrowIfNull(kernel);
        var chains = kernel.Families.Values.SelectMany(family => family.Mangle.Chains.Values.Concat(family.Filter.Chains.Values)).ToArray();
        var packets = chains
            .GroupBy(chain => chain.Name, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, Sum, StringComparer.Ordinal);
        var classes = CountClasses(ruleset, kernel, packets);
        return new KernelCensus
        {
            Sets = kernel.Sets.Count,
            Entries = kernel.Sets.Values.Sum(set => set.Entries.Count),
            Chains = chains.Length,
            Rules = chains.Sum(chain => chain.Rules.Length),
            Accepted = CountPolicies(ruleset, packets),
            Denied = [.. classes.Where(item => !item.IsAudit).Select(item => item.Count)],
            WouldBeDenied = [.. classes.Where(item => item.IsAudit).Select(item => item.Count)],
            UnknownPods = packets.GetValueOrDefault(Names.NewPod).All,
        };
    }

    private static ImmutableArray<ChainCount> CountPolicies(Ruleset ruleset, Dictionary<string, (long All, long Last)> packets) =>
        [
            .. from direction in (Direction[])[Direction.Egress, Direction.Ingress]
            let prefix = Names.Policy(direction, "")
            from chain in ruleset.Owners.GroupBy(owner => owner.Chain, StringComparer.Ordinal)
            where chain.Key.StartsWith(prefix, StringComparison.Ordinal)
            let policies = chain.Select(owner => owner.Policy).ToImmutableArray()
            select new ChainCount(direction, chain.Key[prefix.Length..], policies, packets.GetValueOrDefault(chain.Key).All),
        ];

    /// <summary>The last rule of a class's chain is where packets go that no policy allowed.</summary>
    private static List<(bool IsAudit, ChainCount Count)> CountClasses(
        Ruleset ruleset,
        KernelState kernel,
        Dictionary<string, (long All, long Last)> packets
    )
    {
        var counts = new List<(bool, ChainCount)>();
        foreach (var direction in (Direction[])[Direction.Egress, Direction.Ingress])
        {
            var held = new KernelClasses(kernel, direction);
            var names = held
                .Chains.Where(item => item.Value is not null)
                .Select(item => (Key: item.Value!, Name: Names.Class(direction, item.Key)))
                .Concat(held.OverflowChains.Select(key => (Key: key, Name: Names.OverflowClass(direction, key))))
                .ToLookup(item => item.Key, item => item.Name, StringComparer.Ordinal);
            foreach (var pods in ruleset.Classes.Where(pods => pods.Direction == direction))
            {
                var denied = names[pods.Key].Sum(name => packets[name].Last);
                counts.Add((pods.IsAudit, new ChainCount(direction, pods.Key, pods.Policies, denied)));
            }
        }

        return counts;
    }

    private static (long All, long Last) Sum(IEnumerable<KernelChain> families) =>
        families.Aggregate(
            (All: 0L, Last: 0L),
            (sum, chain) => (sum.All + chain.Packets.Sum(), sum.Last + (chain.Packets.IsEmpty ? 0 : chain.Packets[^1]))
        );
}

/// <summary>Packets that a chain let through or sent to its end, in both families together.</summary>
/// <param name="Direction">Direction that the chain judges.</param>
/// <param name="Key">What the chain does, as a hash: it stays the same over restarts, and on every node.</param>
/// <param name="Policies">The policies that it stands for, as namespace/name; equal ones share a chain.</param>
/// <param name="Packets">How many packets since the chain was written.</param>
public sealed record ChainCount(Direction Direction, string Key, ImmutableArray<string> Policies, long Packets);
