using System.Collections.Immutable;
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
