using Palisade.Dataplane;
using Palisade.Hosting;
using Palisade.Netfilter;

namespace Palisade.Agent.Options;

/// <summary>How the agent is to run; made from the command line by <see cref="AgentCommand"/>.</summary>
public sealed record AgentOptions : ServerOptions
{
    /// <summary>Port of <c>/healthz</c>, <c>/readyz</c> and <c>/metrics</c> when none is given.</summary>
    public const int DefaultMetricsPort = 9440;

    /// <summary>How often the rules are read back when nothing else is said.</summary>
    public static readonly TimeSpan DefaultVerifyInterval = TimeSpan.FromSeconds(10);

    /// <summary>Shortest time between two readings; more would only add load.</summary>
    public static readonly TimeSpan MinVerifyInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Takes the defaults.</summary>
    public AgentOptions() => MetricsPort = DefaultMetricsPort;

    /// <summary>Takes what all servers can be told.</summary>
    public AgentOptions(ServerOptions server)
        : base(server) { }

    /// <summary>What to do.</summary>
    public AgentMode Mode { get; init; }

    /// <summary>Name of this node in the cluster; empty only for <see cref="AgentMode.Cleanup"/>.</summary>
    public string NodeName { get; init; } = "";

    /// <summary>What happens to a packet that no policy allows.</summary>
    public DenyAction DenyAction { get; init; }

    /// <summary>Which of the two kinds of iptables to write to; null for the one that others on the node use.</summary>
    public NetfilterBackend? Backend { get; init; }

    /// <summary>What happens to new connections of local addresses that no known pod has.</summary>
    public UnknownPods UnknownPods { get; init; }

    /// <summary>Whether denied packets are logged, at a limited rate.</summary>
    public bool LogDenials { get; init; }

    /// <summary>How often the rules are read back from the kernel and repaired.</summary>
    public TimeSpan VerifyInterval { get; init; } = DefaultVerifyInterval;

    /// <summary>Whether to turn on that bridged packets pass iptables, rather than only report that they do not.</summary>
    public bool SetBridgeNetfilter { get; init; }
}

/// <summary>What one run of the agent does.</summary>
public enum AgentMode
{
    /// <summary>Keeps the node's rules in line with the cluster until stopped.</summary>
    Run,

    /// <summary>Brings the rules in line once and ends.</summary>
    Once,

    /// <summary>Prints what would be written and touches nothing.</summary>
    DryRun,

    /// <summary>Removes all that the agent ever wrote; needs no API server.</summary>
    Cleanup,
}
