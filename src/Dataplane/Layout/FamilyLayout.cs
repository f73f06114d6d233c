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

/// <summary>
/// A chain with its rules. The last rule bears a comment with a hash of them all, by which a chain is recognised as unchanged when
/// it is read back, whatever form the tools print rules in.
/// </summary>
/// <param name="Name">Name of the chain.</param>
/// <param name="Rules">The rules, without <c>-A</c> and the chain's name.</param>
public sealed record Chain(string Name, ImmutableArray<string> Rules)
{
    /// <summary>What the comment begins with.</summary>
    public const string CommentPrefix = "plsd:";

    /// <summary>Hash of name and rules; empty for a chain without rules.</summary>
    public string Fingerprint { get; } = Rules.IsEmpty ? "" : ContentHash.Compute(["chain", Name, .. Rules]);

    /// <summary>The rules as iptables-restore takes them.</summary>
    public IEnumerable<string> Lines()
    {
        for (var i = 0; i < Rules.Length; i++)
        {
            var comment = i == Rules.Length - 1 ? $"-m comment --comment {CommentPrefix}{Fingerprint} " : "";
            yield return $"-A {Name} {comment}{Rules[i]}";
        }
    }
}

/// <summary>A rule of Palisade's in a chain that it shares with others; always the first one there.</summary>
/// <param name="Chain">The shared chain.</param>
/// <param name="Rule">The rule, exactly as iptables-save prints it, without <c>-A</c> and the chain's name.</param>
public sealed record Hook(string Chain, string Rule);

/// <summary>Where a class is found by a packet.</summary>
/// <param name="Direction">Direction of the class.</param>
/// <param name="Number">Its number; <see cref="ClassNumber.Overflow"/> when it has none of its own.</param>
/// <param name="Key">Its key.</param>
/// <param name="Class">The class; null for one that only the kernel still has, whose chain is to be left as it is.</param>
public sealed record ClassSlot(Direction Direction, byte Number, string Key, PodClass? Class)
{
    /// <summary>Whether the class is found by a set lookup of its own.</summary>
    public bool IsOverflow => Number == ClassNumber.Overflow;

    /// <summary>Name of the class's chain.</summary>
    public string ChainName => IsOverflow ? Names.OverflowClass(Direction, Key) : Names.Class(Direction, Number);
}
