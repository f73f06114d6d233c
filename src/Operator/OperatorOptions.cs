using Palisade.Policy.Expansion;

namespace Palisade.Operator;

/// <summary>What the command line says.</summary>
internal sealed record OperatorOptions
{
    /// <summary>Path of a kubeconfig; null to look in the usual places.</summary>
    public string? KubeConfig { get; init; }

    /// <summary>Context of the kubeconfig; null for the current one.</summary>
    public string? Context { get; init; }

    /// <summary>Namespace that Palisade runs in.</summary>
    public string Namespace { get; init; } = ExpansionContext.DefaultOwnNamespace;

    /// <summary>Port that the webhook's pods listen on.</summary>
    public int WebhookPort { get; init; } = ExpansionContext.DefaultWebhookPort;

    /// <summary>Whether several replicas elect the one that writes.</summary>
    public bool LeaderElect { get; init; } = true;

    /// <summary>Port of /healthz, /readyz and /metrics; 0 for any free one.</summary>
    public int MetricsPort { get; init; } = 8080;

    /// <summary>Whether logs are JSON, one object a line.</summary>
    public bool JsonLogs { get; init; }

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
