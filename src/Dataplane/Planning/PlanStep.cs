using System.Collections.Immutable;
using Palisade.Dataplane.Layout;
using Palisade.Policy.Net;

namespace Palisade.Dataplane.Planning;

/// <summary>One program run: the steps of a plan are taken in order, and each leaves a state that is safe to stay in.</summary>
public abstract record PlanStep;

/// <summary>Commands for one <c>ipset restore</c>; every prefix of them is safe too.</summary>
/// <param name="Commands">The commands, in order.</param>
public sealed record SetBatch(ImmutableArray<SetCommand> Commands) : PlanStep;

/// <summary>One <c>iptables-restore --noflush</c>: each table changes at one moment, in this order.</summary>
/// <param name="Family">Family of the rules.</param>
/// <param name="Tables">What changes in each table.</param>
public sealed record RulesTransaction(IpFamily Family, ImmutableArray<TableChange> Tables) : PlanStep;

/// <summary>Sets that nothing refers to any more. Each may still be busy, which is no error: the next plan has it again.</summary>
/// <param name="Names">Names of the sets.</param>
public sealed record DestroyBatch(ImmutableArray<string> Names) : PlanStep;

/// <summary>What changes in a table at one moment.</summary>
/// <param name="Table">Name of the table.</param>
/// <param name="Writes">Chains that are made or replaced.</param>
/// <param name="Deletes">Chains that go.</param>
/// <param name="HookDeletes">Rules taken out of shared chains, one occurrence each.</param>
/// <param name="HookInserts">Rules put at the head of shared chains.</param>
public sealed record TableChange(
    string Table,
    ImmutableArray<Chain> Writes,
    ImmutableArray<string> Deletes,
    ImmutableArray<Hook> HookDeletes,
    ImmutableArray<Hook> HookInserts
)
{
    /// <summary>Whether nothing changes.</summary>
    public bool IsEmpty => Writes.IsEmpty && Deletes.IsEmpty && HookDeletes.IsEmpty && HookInserts.IsEmpty;
}

/// <summary>One command to ipset.</summary>
/// <param name="Name">Name of the set.</param>
public abstract record SetCommand(string Name);

/// <summary>Creates a set.</summary>
/// <param name="Name">Name of the set.</param>
/// <param name="Family">Family of its addresses.</param>
/// <param name="Kind">Type of the set.</param>
/// <param name="MaxEntries">Most entries that it takes.</param>
public sealed record CreateSet(string Name, IpFamily Family, SetKind Kind, int MaxEntries) : SetCommand(Name);

/// <summary>Adds an entry, or gives one that is there another class in place, so that it is never missing in between.</summary>
/// <param name="Name">Name of the set.</param>
/// <param name="Family">Family of the address.</param>
/// <param name="Kind">Type of the set.</param>
/// <param name="Entry">The entry.</param>
/// <param name="Class">Its class; 0 in sets that have none.</param>
public sealed record PutEntry(string Name, IpFamily Family, SetKind Kind, SetEntry Entry, byte Class = 0) : SetCommand(Name);

/// <summary>Removes an entry.</summary>
/// <param name="Name">Name of the set.</param>
/// <param name="Family">Family of the address.</param>
/// <param name="Kind">Type of the set.</param>
/// <param name="Entry">The entry.</param>
public sealed record RemoveEntry(string Name, IpFamily Family, SetKind Kind, SetEntry Entry) : SetCommand(Name);

/// <summary>Exchanges the contents of two sets at one moment.</summary>
/// <param name="Name">One set.</param>
/// <param name="Other">The other.</param>
public sealed record SwapSets(string Name, string Other) : SetCommand(Name);

/// <summary>Destroys a set that no rule refers to.</summary>
/// <param name="Name">Name of the set.</param>
public sealed record DestroySet(string Name) : SetCommand(Name);

/// <summary>How to bring the kernel from what it holds to what a ruleset says.</summary>
/// <param name="Steps">The steps, in order.</param>
/// <param name="Conflicts">What stands in the way, such as a set of Palisade's name and another type; the plan must not be carried out when there is any.</param>
public sealed record ApplyPlan(ImmutableArray<PlanStep> Steps, ImmutableArray<string> Conflicts)
{
    /// <summary>Whether there is nothing to do.</summary>
    public bool IsEmpty => Steps.IsEmpty;
}
