using System.Collections.Immutable;
using Palisade.Dataplane;
using Palisade.Policy.Net;

namespace Palisade.Netfilter;

/// <summary>What this machine offers.</summary>
public sealed record ProbeResult
{
    /// <summary>A machine that lacks nothing.</summary>
    public static ProbeResult Complete { get; } =
        new()
        {
            HasIPv6 = true,
            Families = [IpFamily.IPv4, IpFamily.IPv6],
            HasMapMark = true,
            HasBpf = true,
            HasReject = true,
            HasPacketLog = true,
            HasAddressType = true,
            HasHopLimit = true,
        };

    /// <summary>Backend that the applier will use.</summary>
    public NetfilterBackend Backend { get; init; }

    /// <summary>Why this backend, for the log.</summary>
    public string BackendReason { get; init; } = "";

    /// <summary>Whether the kernel has IPv6.</summary>
    public bool HasIPv6 { get; init; }

    /// <summary>Whether the kernel has the target <c>SET --map-mark</c>.</summary>
    public bool HasMapMark { get; init; }

    /// <summary>Whether the kernel has the bpf match.</summary>
    public bool HasBpf { get; init; }

    /// <summary>Whether the kernel has the target REJECT.</summary>
    public bool HasReject { get; init; }

    /// <summary>Whether the kernel can send packets to a log, at a limited rate.</summary>
    public bool HasPacketLog { get; init; }

    /// <summary>Whether the kernel has the addrtype match, which is needed where IPVS is loaded.</summary>
    public bool HasAddressType { get; init; }

    /// <summary>Families whose packets can be judged.</summary>
    public ImmutableArray<IpFamily> Families { get; init; } = [];

    /// <summary>Why the packets of other families that the kernel has cannot be judged.</summary>
    public ImmutableSortedDictionary<IpFamily, string> FamilyProblems { get; init; } = ImmutableSortedDictionary<IpFamily, string>.Empty;

    /// <summary>What the kernel lacks that only some policies need.</summary>
    public ImmutableHashSet<KernelFeature> Lacking { get; init; } = [];

    /// <summary>Whether the kernel has the match <c>hl</c> for IPv6.</summary>
    public bool HasHopLimit { get; init; }

    /// <summary>Whether packets between pods of one bridge pass iptables; null where no bridge module is loaded.</summary>
    public bool? BridgeCallsIptables { get; init; }

    /// <summary>What is missing or too old, each with what to install or do; the applier cannot work when there is any.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>What the kernel lacks and is done without, and what that means; a sentence each.</summary>
    public IEnumerable<string> Lacks()
    {
        foreach (var feature in Lacking.Order())
        {
            yield return $"{KernelLimits.Describe(feature)}: policies that need it allow nothing";
        }

        if (!HasReject)
        {
            yield return "the iptables target REJECT (kernel modules ipt_REJECT, ip6t_REJECT): denied packets are dropped without an answer";
        }

        if (!HasPacketLog)
        {
            yield return $"{ProbedRules.PacketLog.Name}: denied packets are not logged";
        }

        if (!HasAddressType)
        {
            yield return $"{ProbedRules.AddressType.Name}: nothing can be enforced where IPVS is loaded";
        }
    }

    /// <summary>Why policies are not enforced in a family that the kernel has, and what that means; null when all are enforced.</summary>
    public string? NotEnforced() =>
        FamilyProblems.IsEmpty
            ? null
            : string.Join(
                "; ",
                FamilyProblems.Select(item =>
                    $"{item.Key} is not enforced, so that pods reach each other and are reached over {item.Key}, also by link-local addresses,"
                    + $" whatever policies say ({item.Value}): {Remedy(item.Key)}"
                )
            );

    private static string Remedy(IpFamily family) =>
        family == IpFamily.IPv6
            ? "install ip6tables and load ip6_tables and nf_conntrack, or switch IPv6 off (kernel parameter ipv6.disable=1)"
            : "install iptables and load ip_tables and nf_conntrack";

    /// <summary>The options, with what this kernel lacks replaced by what it has.</summary>
    public DataplaneOptions Adapt(DataplaneOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options with
        {
            Hairpin = HasBpf ? options.Hairpin : HairpinMatch.Set,
            HopLimit =
                HasHopLimit ? options.HopLimit
                : HasBpf ? HopLimitMatch.Bpf
                : HopLimitMatch.None,
            MarkedClasses = HasMapMark ? options.MarkedClasses : 0,
            DenyAction = HasReject ? options.DenyAction : DenyAction.Drop,
            LogDenials = options.LogDenials && HasPacketLog,
            HasPacketLog = HasPacketLog,
            Limits = Lacking.SetEquals(options.Limits.Lacking) ? options.Limits : options.Limits with { Lacking = Lacking },
        };
    }
}
