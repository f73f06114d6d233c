using Palisade.Dataplane;

namespace Palisade.Netfilter;

/// <summary>What this machine offers.</summary>
public sealed record ProbeResult
{
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

    /// <summary>Whether packets between pods of one bridge pass iptables; null where no bridge module is loaded.</summary>
    public bool? BridgeCallsIptables { get; init; }

    /// <summary>What is missing or too old, each with what to install or do; the applier cannot work when there is any.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>The options, with what this kernel lacks replaced by what it has.</summary>
    public DataplaneOptions Adapt(DataplaneOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return options with
        {
            Hairpin = HasBpf ? options.Hairpin : HairpinMatch.Set,
            MarkedClasses = HasMapMark ? options.MarkedClasses : 0,
        };
    }
}
