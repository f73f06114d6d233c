using Palisade.Dataplane;
using Palisade.Policy.Net;

namespace Palisade.Netfilter;

/// <summary>Every match, target and type of set that the layout can write. A test compares it with what is written.</summary>
internal static class ProbedRules
{
    /// <summary>Target that takes a class from a set; without, each class is looked up by itself.</summary>
    public static ProbedRule MapMark(IpFamily family) =>
        new("the iptables target SET --map-set (kernel module xt_set)", $"-j SET --map-set {Classes(family)} src --map-mark");

    /// <summary>Match that tells a pod's connections to itself; without, by a set of type hash:net,net.</summary>
    public static ProbedRule Bpf { get; } = new("the iptables match \"bpf\" (kernel module xt_bpf)", "-m bpf --bytecode \"1,6 0 0 0\"");

    /// <summary>What logs packets.</summary>
    public static ProbedRule PacketLog { get; } =
        new(
            "the iptables match \"limit\" or target NFLOG (kernel modules xt_limit, xt_NFLOG, nfnetlink_log)",
            "-m limit --limit 10/sec --limit-burst 50 -j NFLOG --nflog-prefix \"plsd:E\" --nflog-group 70"
        );

    /// <summary>What tells the node's own packets from those that IPVS sends on.</summary>
    public static ProbedRule AddressType { get; } =
        new("the iptables match \"addrtype\" (kernel module xt_addrtype)", "-m addrtype ! --src-type LOCAL");

    /// <summary>What tells neighbour discovery of the link from what was routed, in IPv6; without, the bpf match does.</summary>
    public static ProbedRule HopLimit { get; } = new("the iptables match \"hl\" (kernel module xt_hl)", "-m hl --hl-eq 255");

    /// <summary>Without one of these nothing can be enforced.</summary>
    public static IEnumerable<ProbedRule> Base(IpFamily family)
    {
        yield return new("the iptables match \"comment\" (kernel module xt_comment)", "-m comment --comment plsd");
        yield return new("the iptables match \"mark\" (kernel module xt_mark)", "-m mark --mark 0x1000000/0xff000000");
        yield return new(
            "the iptables match \"conntrack\" (kernel modules xt_conntrack, nf_conntrack)",
            "-m conntrack --ctstate RELATED,ESTABLISHED",
            "-m conntrack --ctstate INVALID",
            "-m conntrack ! --ctstate DNAT"
        );
        yield return new(
            "the iptables matches \"tcp\" and \"udp\" (kernel module xt_tcpudp)",
            "-p tcp -m tcp ! --tcp-flags FIN,SYN,RST,ACK SYN",
            "-p udp -m udp --dport 1"
        );
        yield return new("the iptables match \"set\" (kernel module xt_set)", $"-m set --match-set {Classes(family)} src");
        if (family == IpFamily.IPv6)
        {
            yield return new("the iptables match \"icmp6\" (kernel module ip6_tables)", "-p ipv6-icmp -m icmp6 --icmpv6-type 135");
        }
    }

    /// <summary>What only some policies need.</summary>
    public static ProbedRule For(KernelFeature feature, IpFamily family) =>
        feature switch
        {
            KernelFeature.SctpPorts => new(KernelLimits.Describe(feature), "-p sctp -m sctp --dport 1"),
            KernelFeature.SeveralPorts => new(KernelLimits.Describe(feature), "-p tcp -m multiport --dports 1,2:3"),
            KernelFeature.PortSets => new(KernelLimits.Describe(feature), $"-p tcp -m set --match-set {Scratch(family, "b")} dst"),
            KernelFeature.AddressPortSets => new(
                KernelLimits.Describe(feature),
                $"-p tcp -m set --match-set {Scratch(family, "n")} dst,dst"
            ),
            _ => throw new ArgumentOutOfRangeException(nameof(feature), feature, "unknown feature"),
        };

    /// <summary>Set of the type that holds classes.</summary>
    public static string Classes(IpFamily family) => Scratch(family, "eg");

    /// <summary>Sets to try: name, type with options, and the feature that needs it; null for one that everything needs.</summary>
    public static IEnumerable<(string Name, string Type, KernelFeature? Feature)> Sets(IpFamily family)
    {
        var inet = family == IpFamily.IPv4 ? "family inet" : "family inet6";
        yield return (Classes(family), $"hash:ip {inet} skbinfo", null);
        yield return (Scratch(family, "c"), $"hash:net {inet}", null);
        yield return (Scratch(family, "rv"), $"hash:ip,port,ip {inet} timeout 600 forceadd", null);
        yield return (Scratch(family, "b"), "bitmap:port range 0-65535", KernelFeature.PortSets);
        yield return (Scratch(family, "n"), $"hash:ip,port {inet}", KernelFeature.AddressPortSets);
    }

    /// <summary>Answers to denied packets, in the table filter; without, they are dropped.</summary>
    public static ProbedRule Reject(IpFamily family) =>
        new(
            family == IpFamily.IPv4
                ? "the iptables target REJECT (kernel module ipt_REJECT)"
                : "the iptables target REJECT of IPv6 (kernel module ip6t_REJECT)",
            "-p tcp -m conntrack ! --ctstate DNAT -j REJECT --reject-with tcp-reset",
            $"-j REJECT --reject-with {(family == IpFamily.IPv4 ? "icmp-port-unreachable" : "icmp6-port-unreachable")}"
        );

    /// <summary>Set of the type hash:net,net, which takes the place of the bpf match.</summary>
    public static (string Name, string Type) Pairs(IpFamily family) =>
        (Scratch(family, "self"), $"hash:net,net family {(family == IpFamily.IPv4 ? "inet" : "inet6")}");

    private static string Scratch(IpFamily family, string rest) => Names.Set(family, "probe-" + rest);
}

/// <summary>A match or target that the layout writes.</summary>
/// <param name="Name">What it is called, and the kernel module that brings it.</param>
/// <param name="Rules">Rules that need it, in the table mangle.</param>
internal sealed record ProbedRule(string Name, params string[] Rules);

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
