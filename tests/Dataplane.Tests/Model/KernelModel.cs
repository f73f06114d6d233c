using System.Collections.Concurrent;
using System.Collections.Immutable;
using Palisade.Dataplane.Kernel;

namespace Palisade.Dataplane.Tests.Model;

/// <summary>A small model of how the kernel walks chains: enough to judge a packet by the rules' text and the sets' entries.</summary>
public sealed class KernelModel(KernelState kernel)
{
    private static readonly ConcurrentDictionary<string, ModelRule> Rules = new(StringComparer.Ordinal);

    private enum Verdict
    {
        Continue,
        Accept,
        Drop,
    }

    /// <summary>Whether a forwarded packet gets through.</summary>
    public bool Passes(Packet packet)
    {
        var family = kernel.Families[packet.Family];
        uint mark = 0x4321;
        if (Walk(family.Mangle, family.Mangle.Shared.GetValueOrDefault("FORWARD", []), packet, ref mark, 0) == Verdict.Drop)
        {
            return false;
        }

        if (Walk(family.Filter, family.Filter.Shared.GetValueOrDefault("FORWARD", []), packet, ref mark, 0) == Verdict.Drop)
        {
            return false;
        }

        (mark & 0x00ffffff).ShouldBe(0x4321u, "bits of the mark that are not Palisade's were changed");
        if (Walk(family.Mangle, family.Mangle.Shared.GetValueOrDefault("POSTROUTING", []), packet, ref mark, 0) == Verdict.Drop)
        {
            return false;
        }

        (mark >> 24).ShouldBe(0u, "a class is left on the mark of an allowed packet");
        return true;
    }

    private Verdict Walk(KernelTable table, ImmutableArray<string> rules, Packet packet, ref uint mark, int depth)
    {
        depth.ShouldBeLessThan(16);
        foreach (var text in rules)
        {
            var rule = Rules.GetOrAdd(text, ModelRule.Parse);
            if (!rule.Matches(packet, mark, kernel))
            {
                continue;
            }

            switch (rule.Target)
            {
                case "RETURN":
                    return Verdict.Continue;
                case "ACCEPT":
                    return Verdict.Accept;
                case "DROP" or "REJECT":
                    return Verdict.Drop;
                case "MARK":
                    mark = (mark & ~rule.MarkMask) ^ rule.MarkValue;
                    break;
                case "SET":
                    Map(rule, packet, ref mark);
                    break;
                case "NFLOG":
                    break;
                default:
                    var verdict = Walk(table, table.Chains[rule.Target].Rules, packet, ref mark, depth + 1);
                    if (verdict != Verdict.Continue || rule.IsGoto)
                    {
                        return verdict;
                    }

                    break;
            }
        }

        return Verdict.Continue;
    }

    private void Map(ModelRule rule, Packet packet, ref uint mark)
    {
        var address = rule.MapBySource ? packet.Source : packet.Destination;
        if (kernel.Sets[rule.MapSet].Entries.TryGetValue(SetEntry.From(address), out var number))
        {
            mark = (mark & 0x00ffffff) ^ ((uint)number << 24);
        }
    }
}
