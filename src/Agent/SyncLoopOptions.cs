using Palisade.Dataplane;
using Palisade.Kubernetes.Client;
using Palisade.Netfilter;
using Palisade.Policy;

namespace Palisade.Agent;

/// <summary>What a <see cref="SyncLoop"/> enforces, and how often it looks.</summary>
public sealed record SyncLoopOptions
{
    /// <summary>Name of the node whose pods are policed.</summary>
    public required string NodeName { get; init; }

    /// <summary>Layout of the rules.</summary>
    public DataplaneOptions Dataplane { get; init; } = DataplaneOptions.Default;

    /// <summary>How often the kernel is read back when nothing changes.</summary>
    public TimeSpan VerifyInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest rest between two passes while changes keep coming.</summary>
    public TimeSpan MaxRest { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long to wait after a failed pass.</summary>
    public BackoffOptions Backoff { get; init; } = new() { Maximum = TimeSpan.FromSeconds(10) };

    /// <summary>What the kernel was found to offer when the agent started.</summary>
    public ProbeResult Offered { get; init; } = ProbeResult.Complete;

    /// <summary>
    /// Looks once more at what the kernel offers, and lets the applier enforce the families that it can now; asked while something is lacking.
    /// </summary>
    public Func<CancellationToken, Task<ProbeResult>>? Probe { get; init; }

    /// <summary>How long to enforce without what the kernel lacked before it is tried again: a module may have been loaded meanwhile.</summary>
    public TimeSpan RetryLacking { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Told after every pass whose rules may deny what was allowed before.</summary>
    public Action OnTightened { get; init; } = () => { };

    /// <summary>Adds to a ruleset what the node is like, which may change at any time: <see cref="Netfilter.NodeNetwork"/>.</summary>
    public Func<Ruleset, Ruleset> AdaptToNode { get; init; } = ruleset => ruleset;

    /// <summary>Says what is wrong with bridged packets, or null: <see cref="Health.BridgeNetfilter"/>.</summary>
    public Func<string?> CheckBridge { get; init; } = () => null;
}

/// <summary>What was last written to the kernel, and from what it was made.</summary>
/// <param name="Snapshot">The cluster as it was known then.</param>
/// <param name="Ruleset">What was compiled from it.</param>
public sealed record EnforcedState(ClusterSnapshot Snapshot, Ruleset Ruleset);
