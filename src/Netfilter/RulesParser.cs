using System.Collections.Immutable;
using Palisade.Dataplane;
using Palisade.Dataplane.Kernel;

namespace Palisade.Netfilter;

/// <summary>Reads the output of iptables-save, as far as it concerns Palisade.</summary>
internal static class RulesParser
{
    /// <summary>The shared chains that may have hooks.</summary>
    private static readonly string[] Shared = ["FORWARD", "OUTPUT", "POSTROUTING"];

    /// <summary>The table that the text is of.</summary>
    public static KernelTable Parse(string text)
    {
        var rules = new Dictionary<string, ImmutableArray<string>.Builder>(StringComparer.Ordinal);
        foreach (var line in text.Split('\n'))
        {
            if (line.StartsWith(':'))
            {
                var name = line[1..line.IndexOf(' ', StringComparison.Ordinal)];
                if (Names.IsOwnChain(name) || Shared.Contains(name, StringComparer.Ordinal))
                {
                    rules[name] = ImmutableArray.CreateBuilder<string>();
                }
            }
            else if (line.StartsWith("-A ", StringComparison.Ordinal))
            {
                var end = line.IndexOf(' ', 3);
                if (end > 0 && rules.TryGetValue(line[3..end], out var chain))
                {
                    chain.Add(line[(end + 1)..]);
                }
            }
        }

        var table = new KernelTable();
        foreach (var (name, list) in rules)
        {
            if (Names.IsOwnChain(name))
            {
                table.Chains[name] = new KernelChain(name, list.ToImmutable());
            }
            else
            {
                table.Shared[name] = list.ToImmutable();
            }
        }

        return table;
    }
}
