using System.Collections.Immutable;
using Palisade.Dataplane.Layout;

namespace Palisade.Dataplane.Planning;

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
