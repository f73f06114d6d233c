using System.Collections.Immutable;

namespace Palisade.Dataplane.Layout;

/// <summary>What Palisade has in one table.</summary>
/// <param name="Table"><c>mangle</c> or <c>filter</c>.</param>
/// <param name="Chains">Its own chains, by name.</param>
/// <param name="Hooks">Its rules in shared chains.</param>
public sealed record TableLayout(string Table, ImmutableArray<Chain> Chains, ImmutableArray<Hook> Hooks)
{
    /// <summary>The table in which packets are judged.</summary>
    public const string Mangle = "mangle";

    /// <summary>The table in which denied packets are answered.</summary>
    public const string Filter = "filter";
}
