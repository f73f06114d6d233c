using System.Collections.Immutable;
using System.Globalization;
using Palisade.Dataplane;
using Palisade.Dataplane.Kernel;

namespace Palisade.Netfilter;

/// <summary>Reads the output of iptables-save, with counters or without, as far as it concerns Palisade.</summary>
internal static class RulesParser
{
    /// <summary>The shared chains that may have hooks.</summary>
    private static readonly string[] Shared = ["FORWARD", "OUTPUT", "POSTROUTING"];

    /// <summary>The table that the text is of.</summary>
    public static KernelTable Parse(string text)
    {
        var chains = new Dictionary<string, ReadChain>(StringComparer.Ordinal);
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            if (line.StartsWith(":"))
            {
                var name = line[1..line.IndexOf(' ')].ToString();
                if (Names.IsOwnChain(name) || Shared.Contains(name, StringComparer.Ordinal))
                {
                    chains[name] = new ReadChain();
                }
            }
            else
            {
                Read(line, chains.GetAlternateLookup<ReadOnlySpan<char>>());
            }
        }

        var table = new KernelTable();
        foreach (var (name, read) in chains)
        {
            if (Names.IsOwnChain(name))
            {
                table.Chains[name] = new KernelChain(name, read.Rules.ToImmutable()) { Packets = read.Packets.ToImmutable() };
            }
            else
            {
                table.Shared[name] = read.Rules.ToImmutable();
            }
        }

        return table;
    }

    /// <summary>Reads a rule, such as <c>[12:720] -A FORWARD -j PLSD-FWD</c>; the counters of packets and bytes may be missing.</summary>
    private static void Read(ReadOnlySpan<char> line, Dictionary<string, ReadChain>.AlternateLookup<ReadOnlySpan<char>> chains)
    {
        var packets = 0L;
        if (line.StartsWith("["))
        {
            packets = long.Parse(line[1..line.IndexOf(':')], NumberStyles.None, CultureInfo.InvariantCulture);
            line = line[(line.IndexOf(' ') + 1)..];
        }

        if (!line.StartsWith("-A "))
        {
            return;
        }

        line = line[3..];
        var end = line.IndexOf(' ');
        if (end > 0 && chains.TryGetValue(line[..end], out var chain))
        {
            chain.Rules.Add(line[(end + 1)..].ToString());
            chain.Packets.Add(packets);
        }
    }

    private sealed class ReadChain
    {
        public ImmutableArray<string>.Builder Rules { get; } = ImmutableArray.CreateBuilder<string>();

        public ImmutableArray<long>.Builder Packets { get; } = ImmutableArray.CreateBuilder<long>();
    }
}
