using System.Collections.Immutable;
using Palisade.Dataplane.Kernel;
using Palisade.Dataplane.Layout;

namespace Palisade.Dataplane.Planning;

/// <summary>Compares a layout with what the kernel holds.</summary>
internal static class RulesDifference
{
    /// <summary>The transaction that makes the difference; without tables when there is none.</summary>
    /// <param name="wanted">The rules that shall be.</param>
    /// <param name="kernel">The rules that are.</param>
    /// <param name="kept">Chains that stay as they are although the layout does not have them.</param>
    public static RulesTransaction Compute(FamilyLayout wanted, KernelFamily kernel, IReadOnlySet<string> kept)
    {
        var tables = wanted.Tables.Select(table => Compute(table, kernel.Table(table.Table), kept)).Where(change => !change.IsEmpty);
        return new RulesTransaction(wanted.Family, [.. tables]);
    }

    /// <summary>The chains of the slots that only the kernel has, and the policy chains that they go to.</summary>
    public static HashSet<string> Keep(KernelFamily kernel, IEnumerable<ClassSlot> slots)
    {
        var kept = new HashSet<string>(StringComparer.Ordinal);
        foreach (var slot in slots.Where(slot => slot.Class is null))
        {
            if (kernel.Mangle.Chains.TryGetValue(slot.ChainName, out var chain))
            {
                kept.Add(slot.ChainName);
                kept.UnionWith(chain.Targets);
            }
        }

        return kept;
    }

    private static TableChange Compute(TableLayout wanted, KernelTable kernel, IReadOnlySet<string> kept)
    {
        var names = wanted.Chains.Select(chain => chain.Name).ToHashSet(StringComparer.Ordinal);
        var hooks = wanted
            .Hooks.Select(hook => hook.Chain)
            .Concat(kernel.Shared.Keys)
            .Distinct(StringComparer.Ordinal)
            .Order(StringComparer.Ordinal);
        var deletes = new List<Hook>();
        var inserts = new List<Hook>();
        foreach (var chain in hooks)
        {
            Compare(
                chain,
                wanted.Hooks.FirstOrDefault(hook => hook.Chain == chain),
                kernel.Shared.GetValueOrDefault(chain, []),
                deletes,
                inserts
            );
        }

        return new TableChange(
            wanted.Table,
            [.. wanted.Chains.Where(chain => !(kernel.Chains.TryGetValue(chain.Name, out var held) && held.Holds(chain)))],
            [.. kernel.Chains.Keys.Where(name => !names.Contains(name) && !kept.Contains(name)).Order(StringComparer.Ordinal)],
            [.. deletes],
            [.. inserts]
        );
    }

    /// <summary>A hook has to be there once, at the head; otherwise all of them go and one is put there.</summary>
    private static void Compare(string chain, Hook? wanted, ImmutableArray<string> rules, List<Hook> deletes, List<Hook> inserts)
    {
        var own = rules.Where(Names.IsHook).ToArray();
        if (wanted is not null && own.Length == 1 && rules[0] == wanted.Rule)
        {
            return;
        }

        deletes.AddRange(own.Select(rule => new Hook(chain, rule)));
        if (wanted is not null)
        {
            inserts.Add(wanted);
        }
    }
}

/// <summary>
/// Remembers that the kernel's rules were as a ruleset wants them: most changes are of pods, and need no look at the rules at all.
/// </summary>
/// <param name="Ruleset">The ruleset.</param>
/// <param name="Slots">Where its classes are found.</param>
/// <param name="Families">The rules of the kernel; read again, they are other objects.</param>
/// <param name="Referenced">Sets that they refer to.</param>
internal sealed record SettledRules(
    Ruleset Ruleset,
    ImmutableArray<ClassSlot> Slots,
    ImmutableArray<KernelFamily> Families,
    IReadOnlySet<string> Referenced
)
{
    /// <summary>Whether another ruleset wants the same rules of the same kernel.</summary>
    public bool Hold(Ruleset ruleset, ImmutableArray<ClassSlot> slots, KernelState kernel) =>
        Families.AsSpan().SequenceEqual(FamiliesOf(kernel).AsSpan())
        && Ruleset.Options == ruleset.Options
        && Ruleset.Chains == ruleset.Chains
        && Ruleset.Classes == ruleset.Classes
        && Ruleset.PodRanges == ruleset.PodRanges
        && Ruleset.ForeignBridges.AsSpan().SequenceEqual(ruleset.ForeignBridges.AsSpan())
        && Ruleset.DropsUnknownSources == ruleset.DropsUnknownSources
        && Ruleset.DropsUnknownDestinations == ruleset.DropsUnknownDestinations
        && Slots.AsSpan().SequenceEqual(slots.AsSpan());

    public static ImmutableArray<KernelFamily> FamiliesOf(KernelState kernel) => [.. kernel.Families.Values.OrderBy(item => item.Family)];
}
