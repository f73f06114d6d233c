using Palisade.Hosting;
using Palisade.Policy.Expansion;

namespace Palisade.Operator;

/// <summary>What the command line says.</summary>
internal sealed record OperatorOptions : ServerOptions
{
    /// <summary>Takes the defaults.</summary>
    public OperatorOptions() { }

    /// <summary>Takes what all servers can be told.</summary>
    public OperatorOptions(ServerOptions server)
        : base(server) { }

    /// <summary>Namespace that Palisade runs in.</summary>
    public string Namespace { get; init; } = ExpansionContext.DefaultOwnNamespace;

    /// <summary>Port that the webhook's pods listen on.</summary>
    public int WebhookPort { get; init; } = ExpansionContext.DefaultWebhookPort;

    /// <summary>Whether several replicas elect the one that writes.</summary>
    public bool LeaderElect { get; init; } = true;

    /// <summary>How many NetworkPolicies are written at once.</summary>
    public int Workers { get; init; } = 16;

    /// <summary>
    /// The least time between two changes because of nodes. An autoscaler adds them by the hundred, and each change may have every namespace
    /// restamped: what comes in the meantime is gathered.
    /// </summary>
    public TimeSpan NodePeriod { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Who competes for the Lease: unique for each process.</summary>
    public string Identity { get; init; } = Environment.MachineName;
}
