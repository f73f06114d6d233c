using Palisade.Policy.Net;

namespace Palisade.Dataplane.Compilation;

/// <summary>The ports of one rule, sorted out: numbers merged per protocol, and names.</summary>
/// <param name="IsEverything">Whether every port and protocol is allowed.</param>
/// <param name="Numbers">Ranges for each protocol.</param>
/// <param name="Names">Ports by name.</param>
internal sealed record RulePorts(
    bool IsEverything,
    IReadOnlyDictionary<string, IReadOnlyList<PortRange>> Numbers,
    IReadOnlyList<NamedPort> Names
)
{
    private static readonly PortRange EveryPort = new(0, 65535);

    /// <summary>Reads a rule's ports; an entry that makes no sense is reported.</summary>
    public static RulePorts Read(IList<V1NetworkPolicyPort>? ports, string field, Action<string, string, string> report)
    {
        if (ports is not { Count: > 0 })
        {
            return new RulePorts(true, new Dictionary<string, IReadOnlyList<PortRange>>(StringComparer.Ordinal), []);
        }

        var ranges = new List<(string Protocol, PortRange Range)>();
        var names = new List<NamedPort>();
        for (var i = 0; i < ports.Count; i++)
        {
            ReadOne(ports[i], $"{field}[{i}]", report, ranges, names);
        }

        var numbers = ranges
            .GroupBy(item => item.Protocol, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => PortRange.Merge(group.Select(item => item.Range)), StringComparer.Ordinal);
        return new RulePorts(false, numbers, [.. names.Distinct()]);
    }

    /// <summary>The rule, once for each protocol with numbers; as it is when everything is allowed.</summary>
    public IEnumerable<PolicyRule> AddTo(PolicyRule rule, IpFamily family, SetCatalog sets)
    {
        if (IsEverything)
        {
            yield return rule;
        }

        foreach (var (protocol, ranges) in Numbers)
        {
            var name = Protocols.IptablesName(protocol);
            if (ranges is [var only] && only == EveryPort)
            {
                yield return rule with
                {
                    Protocol = name,
                };
            }
            else if (ranges.Sum(range => range.Slots) <= PolicyRule.MultiportSlots)
            {
                yield return rule with
                {
                    Protocol = name,
                    Ports = [.. ranges],
                };
            }
            else
            {
                yield return rule with
                {
                    Protocol = name,
                    Sets = rule.Sets.Insert(0, new SetLookup(sets.PortNumbers(family, ranges), "dst")),
                };
            }
        }
    }

    private static void ReadOne(
        V1NetworkPolicyPort port,
        string field,
        Action<string, string, string> report,
        List<(string Protocol, PortRange Range)> ranges,
        List<NamedPort> names
    )
    {
        var protocol = port.Protocol ?? Protocols.Tcp;
        if (Protocols.Number(protocol) is null)
        {
            report($"{field}.protocol", protocol, "must be TCP, UDP or SCTP");
        }
        else if (port.EndPort is { } last && port.Port is not { IsText: false })
        {
            report($"{field}.endPort", $"{last}", "needs a port that is a number");
        }
        else if (port.Port is not { } number)
        {
            ranges.Add((protocol, EveryPort));
        }
        else if (number.IsText)
        {
            names.Add(new NamedPort(protocol, number.Text!));
        }
        else if (number.Number is < 1 or > 65535 || port.EndPort is { } end && (end < number.Number || end > 65535))
        {
            report($"{field}.port", $"{number}-{port.EndPort}", "must be a port or range within 1 to 65535");
        }
        else
        {
            ranges.Add((protocol, new PortRange(number.Number, port.EndPort ?? number.Number)));
        }
    }
}

/// <summary>A port given by name.</summary>
internal sealed record NamedPort(string Protocol, string Name);

/// <summary>The protocols that a NetworkPolicy can name.</summary>
internal static class Protocols
{
    public const string Tcp = "TCP";
    public const string Udp = "UDP";
    public const string Sctp = "SCTP";

    /// <summary>Number of the protocol; null when a NetworkPolicy cannot name it.</summary>
    public static byte? Number(string protocol) =>
        protocol switch
        {
            Tcp => 6,
            Udp => 17,
            Sctp => 132,
            _ => null,
        };

    /// <summary>The protocol's name as iptables takes and prints it.</summary>
    public static string IptablesName(string protocol) =>
        protocol switch
        {
            Tcp => "tcp",
            Udp => "udp",
            Sctp => "sctp",
            _ => throw new ArgumentOutOfRangeException(nameof(protocol), protocol, "not a protocol of NetworkPolicy"),
        };

    /// <summary>Number of the protocol that iptables, ipset and conntrack call by the name; 0 for any other.</summary>
    public static byte NumberOf(string iptablesName) =>
        iptablesName switch
        {
            "tcp" => 6,
            "udp" => 17,
            "sctp" => 132,
            _ => 0,
        };
}
