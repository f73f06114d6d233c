using Palisade.Policy.Net;

namespace Palisade.Dataplane;

/// <summary>Names of chains and sets. Whatever bears one of the prefixes is Palisade's; nothing else is touched.</summary>
public static class Names
{
    /// <summary>Prefix of every chain.</summary>
    public const string ChainPrefix = "PLSD-";

    /// <summary>First chain: replies pass, then the source's side, then the destination's.</summary>
    public const string Forward = "PLSD-FWD";

    /// <summary>The packet is allowed in this direction: clears the class from the mark.</summary>
    public const string Ok = "PLSD-OK";

    /// <summary>The packet is denied, unless the pod speaks to itself.</summary>
    public const string Deny = "PLSD-DENY";

    /// <summary>Unknown addresses: those of the node's pod ranges are dropped.</summary>
    public const string NewPod = "PLSD-NEWPOD";

    /// <summary>Link-local addresses: pods may not use them, other bridges' hosts may.</summary>
    public const string LinkLocal = "PLSD-LINK";

    /// <summary>What pods send to everybody on their bridge.</summary>
    public const string Cast = "PLSD-CAST";

    /// <summary>Answers a denied packet; in the filter table.</summary>
    public const string Reject = "PLSD-REJECT";

    /// <summary>Drops a denied packet that something let through the filter table.</summary>
    public const string Guard = "PLSD-GUARD";

    /// <summary>Whether the chain is Palisade's.</summary>
    public static bool IsOwnChain(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.StartsWith(ChainPrefix, StringComparison.Ordinal);
    }

    /// <summary>Whether the set is Palisade's.</summary>
    public static bool IsOwnSet(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.StartsWith("plsd4-", StringComparison.Ordinal) || name.StartsWith("plsd6-", StringComparison.Ordinal);
    }

    /// <summary>Whether a rule of a shared chain, as iptables-save prints it, is Palisade's: it goes to a chain that is.</summary>
    public static bool IsHook(string rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var target = Math.Max(rule.LastIndexOf("-j ", StringComparison.Ordinal), rule.LastIndexOf("-g ", StringComparison.Ordinal));
        return target >= 0 && IsOwnChain(rule[(target + 3)..]);
    }

    /// <summary>Name of a set of the family.</summary>
    public static string Set(IpFamily family, string rest) => (family == IpFamily.IPv4 ? "plsd4-" : "plsd6-") + rest;

    /// <summary>Set of the local pods' classes.</summary>
    public static string ClassMap(IpFamily family, Direction direction) => Set(family, direction == Direction.Egress ? "eg" : "in");

    /// <summary>Set of the node's pod ranges.</summary>
    public static string PodRanges(IpFamily family) => Set(family, "podcidr");

    /// <summary>Set of local pods' addresses, each paired with itself.</summary>
    public static string Hairpin(IpFamily family) => Set(family, "self");

    /// <summary>Set of connections that were cut.</summary>
    public static string Cut(IpFamily family) => Set(family, "rv");

    /// <summary>Stands for the key of the pods that are not isolated, where classes have no numbers.</summary>
    public const string OpenKey = "open";

    /// <summary>Set of the pods of a class that has no number.</summary>
    public static string OverflowSet(IpFamily family, Direction direction, string key) =>
        Set(family, (direction == Direction.Egress ? "eo-" : "io-") + key);

    /// <summary>Where a direction begins: <c>PLSD-EG</c> or <c>PLSD-IN</c>.</summary>
    public static string Entry(Direction direction) => direction == Direction.Egress ? "PLSD-EG" : "PLSD-IN";

    /// <summary>Second level of the dispatch by class number.</summary>
    public static string Dispatch(Direction direction, int highNibble) => $"PLSD-{Letter(direction)}T{highNibble:x}";

    /// <summary>Chain of the class of that number.</summary>
    public static string Class(Direction direction, byte number) => $"PLSD-{Letter(direction)}C{number:x2}";

    /// <summary>Where pods of classes without a number are looked up.</summary>
    public static string Overflow(Direction direction) => $"PLSD-{Letter(direction)}O";

    /// <summary>Chain of a class without a number.</summary>
    public static string OverflowClass(Direction direction, string key) => $"PLSD-{Letter(direction)}X{key}";

    /// <summary>End of a class's chain: logs, then denies.</summary>
    public static string LogDeny(Direction direction) => $"PLSD-{Letter(direction)}LOG";

    /// <summary>End of an audited class's chain: logs, then allows.</summary>
    public static string Audit(Direction direction) => $"PLSD-{Letter(direction)}AUDIT";

    /// <summary>Chain of what a policy allows.</summary>
    public static string Policy(Direction direction, string hash) => $"PLSD-{Letter(direction)}P{hash}";

    /// <summary>Whether the chain holds what policies allow, and nothing else depends on it.</summary>
    public static bool IsPolicyChain(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return name.StartsWith(Policy(Direction.Egress, ""), StringComparison.Ordinal)
            || name.StartsWith(Policy(Direction.Ingress, ""), StringComparison.Ordinal);
    }

    /// <summary>Whether only policies' chains look into the set.</summary>
    public static bool IsPolicySet(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return IsOwnSet(name) && name.AsSpan(Set(IpFamily.IPv4, "").Length) is ['p' or 'n' or 'c' or 'b', '-', ..];
    }

    private static char Letter(Direction direction) => direction == Direction.Egress ? 'E' : 'I';
}
