using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Palisade.Policy.Net;

namespace Palisade.Dataplane;

/// <summary>What one rule of a policy chain lets through: all parts must hold; a rule without parts lets everything through.</summary>
public sealed record PolicyRule
{
    /// <summary>Slots of a multiport match; a range takes two.</summary>
    public const int MultiportSlots = 15;

    /// <summary>Direction of the chain: the peer is the other end.</summary>
    public required Direction Direction { get; init; }

    /// <summary>Block that the peer's address is in.</summary>
    public Cidr? Block { get; init; }

    /// <summary>Name of the protocol, as iptables writes it; null for any.</summary>
    public string? Protocol { get; init; }

    /// <summary>Destination ports; empty for any.</summary>
    public ImmutableArray<PortRange> Ports { get; init; } = [];

    /// <summary>Sets that the packet is looked up in, in this order.</summary>
    public ImmutableArray<SetLookup> Sets { get; init; } = [];

    /// <summary>Whether everything is allowed.</summary>
    public bool IsEverything => Block is null && Protocol is null && Sets.IsEmpty;

    /// <summary>The rule as iptables takes it. Addresses come first, as it prints them; ports before sets, since they are cheaper to refuse by.</summary>
    public override string ToString()
    {
        var parts = new List<string>();
        if (Block is { } block)
        {
            parts.Add($"{(Direction == Direction.Ingress ? "-s" : "-d")} {block}");
        }

        if (Protocol is not null)
        {
            parts.Add($"-p {Protocol}");
        }

        if (Ports is [var only])
        {
            parts.Add($"-m {Protocol} --dport {only}");
        }
        else if (!Ports.IsEmpty)
        {
            parts.Add($"-m multiport --dports {string.Join(',', Ports)}");
        }

        parts.AddRange(Sets.Select(set => set.ToString()));
        return string.Join(' ', [.. parts, $"-g {Names.Ok}"]);
    }
}

/// <summary>How a pod's connection to itself is recognised.</summary>
public enum HairpinMatch
{
    /// <summary>By a bpf match that compares source and destination.</summary>
    Bpf,

    /// <summary>By a set of the local pods' addresses, each paired with itself; for kernels without the bpf match.</summary>
    Set,
}

/// <summary>How a packet's hop limit is looked at.</summary>
public enum HopLimitMatch
{
    /// <summary>By the match <c>hl</c>.</summary>
    Hl,

    /// <summary>By a bpf match that loads the header's field; for kernels without <c>hl</c>.</summary>
    Bpf,

    /// <summary>
    /// Not at all, for kernels with neither. Neighbour discovery between pods is then judged like any packet: where their policies do not
    /// allow every protocol, pods of one bridge do not find each other over IPv6.
    /// </summary>
    None,
}

/// <summary>Ports from a first to a last one, inclusive.</summary>
/// <param name="First">First port.</param>
/// <param name="Last">Last port.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct PortRange(int First, int Last)
{
    /// <summary>Slots that it takes in a multiport match.</summary>
    public int Slots => First == Last ? 1 : 2;

    /// <summary>Sorts, and joins ranges that overlap or touch.</summary>
    public static IReadOnlyList<PortRange> Merge(IEnumerable<PortRange> ranges)
    {
        var merged = new List<PortRange>();
        foreach (var range in ranges.OrderBy(r => r.First))
        {
            if (merged.Count > 0 && range.First <= merged[^1].Last + 1)
            {
                merged[^1] = merged[^1] with { Last = Math.Max(merged[^1].Last, range.Last) };
            }
            else
            {
                merged.Add(range);
            }
        }

        return merged;
    }

    /// <summary>Whether the port is in the range.</summary>
    public bool Contains(int port) => First <= port && port <= Last;

    /// <summary>The range as iptables writes it.</summary>
    public override string ToString() => First == Last ? $"{First}" : $"{First}:{Last}";
}
