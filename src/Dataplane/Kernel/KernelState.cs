using System.Collections.Immutable;
using Palisade.Dataplane.Layout;
using Palisade.Dataplane.Planning;
using Palisade.Policy.Net;

namespace Palisade.Dataplane.Kernel;

/// <summary>
/// What the kernel holds of Palisade's. A mirror that changes as the kernel does: after a step was written, the same step applied
/// here gives what the kernel holds now.
/// </summary>
public sealed class KernelState
{
    /// <summary>The rules, by family; IPv6 only where the kernel has it.</summary>
    public Dictionary<IpFamily, KernelFamily> Families { get; } = [];

    /// <summary>Own sets by name.</summary>
    public Dictionary<string, KernelSet> Sets { get; } = new(StringComparer.Ordinal);

    /// <summary>Rules that were seen to be as the kernel has them; null after any write.</summary>
    internal SettledRules? Settled { get; set; }

    /// <summary>A kernel without anything of Palisade's.</summary>
    public static KernelState Empty(params ReadOnlySpan<IpFamily> families)
    {
        var state = new KernelState();
        foreach (var family in families)
        {
            state.Families[family] = KernelFamily.Empty(family);
        }

        return state;
    }

    /// <summary>Sets that the rules of any family refer to.</summary>
    public HashSet<string> ReferencedSets() => new(Families.Values.SelectMany(family => family.ReferencedSets()), StringComparer.Ordinal);

    /// <summary>Applies a step of a plan.</summary>
    public void Apply(PlanStep step)
    {
        switch (step)
        {
            case SetBatch batch:
                foreach (var command in batch.Commands)
                {
                    Apply(command);
                }

                break;
            case RulesTransaction transaction:
                Apply(transaction);
                break;
            case DestroyBatch destroy:
                foreach (var name in destroy.Names)
                {
                    Sets.Remove(name);
                }

                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(step), step, "unknown step");
        }
    }

    /// <summary>Applies a command as the kernel does with <c>-exist</c>.</summary>
    public void Apply(SetCommand command)
    {
        switch (command)
        {
            case CreateSet create:
                Sets.TryAdd(create.Name, new KernelSet(create.Name, create.Family, create.Kind, create.MaxEntries));
                break;
            case DestroySet destroy:
                Sets.Remove(destroy.Name);
                break;
            case PutEntry put:
                Sets[put.Name].Put(put.Entry, put.Class);
                break;
            case RemoveEntry remove:
                Sets[remove.Name].Remove(remove.Entry);
                break;
            case SwapSets swap:
                (Sets[swap.Name], Sets[swap.Other]) = (Sets[swap.Other], Sets[swap.Name]);
                (Sets[swap.Name].Name, Sets[swap.Other].Name) = (swap.Name, swap.Other);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(command), command, "unknown set command");
        }
    }

    /// <summary>Applies a transaction.</summary>
    public void Apply(RulesTransaction transaction)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        Settled = null;
        foreach (var change in transaction.Tables)
        {
            Apply(change, Families[transaction.Family].Table(change.Table));
        }
    }

    private static void Apply(TableChange change, KernelTable table)
    {
        foreach (var chain in change.Writes)
        {
            table.Chains[chain.Name] = new KernelChain(chain.Name, [.. chain.Lines().Select(line => line[(chain.Name.Length + 4)..])]);
        }

        foreach (var hook in change.HookDeletes)
        {
            table.Shared[hook.Chain] = table.Shared[hook.Chain].Remove(hook.Rule, StringComparer.Ordinal);
        }

        foreach (var hook in change.HookInserts)
        {
            table.Shared[hook.Chain] = table.Shared.GetValueOrDefault(hook.Chain, []).Insert(0, hook.Rule);
        }

        foreach (var name in change.Deletes)
        {
            table.Chains.Remove(name);
        }
    }
}

/// <summary>The rules of one family as the kernel holds them.</summary>
/// <param name="Family">The family.</param>
/// <param name="Filter">The filter table.</param>
/// <param name="Mangle">The mangle table.</param>
public sealed record KernelFamily(IpFamily Family, KernelTable Filter, KernelTable Mangle)
{
    /// <summary>A family without rules.</summary>
    public static KernelFamily Empty(IpFamily family) => new(family, new KernelTable(), new KernelTable());

    /// <summary>The table of that name.</summary>
    public KernelTable Table(string name) => name == TableLayout.Filter ? Filter : Mangle;

    /// <summary>Own sets that rules refer to.</summary>
    public HashSet<string> ReferencedSets() => new(Mangle.Chains.Values.SelectMany(chain => chain.Sets), StringComparer.Ordinal);
}

/// <summary>What matters of a table: Palisade's chains, and the shared chains that have or are to have hooks.</summary>
public sealed class KernelTable
{
    /// <summary>Own chains by name.</summary>
    public Dictionary<string, KernelChain> Chains { get; } = new(StringComparer.Ordinal);

    /// <summary>All rules of the shared chains, others' too, in the notation of iptables-save.</summary>
    public Dictionary<string, ImmutableArray<string>> Shared { get; } = new(StringComparer.Ordinal);
}
