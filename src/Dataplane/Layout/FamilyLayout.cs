using System.Collections.Immutable;
using Palisade.Policy.Net;

namespace Palisade.Dataplane.Layout;

/// <summary>All rules of one family.</summary>
/// <param name="Family">The family.</param>
/// <param name="Filter">The filter table; first, since it has to stand before packets are marked.</param>
/// <param name="Mangle">The mangle table.</param>
public sealed record FamilyLayout(IpFamily Family, TableLayout Filter, TableLayout Mangle)
{
    /// <summary>The tables in the order in which they are written.</summary>
    public ImmutableArray<TableLayout> Tables => [Filter, Mangle];

    /// <summary>No rules at all: what clean-up leaves.</summary>
    public static FamilyLayout Empty(IpFamily family) =>
        new(family, new TableLayout(TableLayout.Filter, [], []), new TableLayout(TableLayout.Mangle, [], []));
}
