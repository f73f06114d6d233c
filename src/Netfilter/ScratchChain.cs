namespace Palisade.Netfilter;

/// <summary>The text of transactions that put rules into a chain that nothing goes to, to see whether the kernel takes them.</summary>
internal static class ScratchChain
{
    /// <summary>Name of the chain.</summary>
    public const string Name = "PLSD-PROBE";

    /// <summary>A rule that every kernel takes that can be worked with at all.</summary>
    public const string PlainRule = "-j MARK --set-xmark 0x0/0xff000000";

    /// <summary>What ends a transaction.</summary>
    public const string End = "COMMIT\n";

    /// <summary>Begins a transaction in a table, with the chain empty.</summary>
    public static string Begin(string table) => $"*{table}\n:{Name} - [0:0]\n";

    /// <summary>Puts a rule into the chain.</summary>
    public static string Line(string rule) => $"-A {Name} {rule}\n";

    /// <summary>Puts rules into the chain, and nothing else.</summary>
    public static string Holding(string table, IEnumerable<string> rules) => Begin(table) + string.Concat(rules.Select(Line)) + End;

    /// <summary>Removes the chain.</summary>
    public static string Remove(string table) => $"{Begin(table)}-X {Name}\n{End}";
}
