using System.CommandLine;
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
    /// written: what comes in the meantime is gathered.
    /// </summary>
    public TimeSpan NodePeriod { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Who competes for the Lease: unique for each process.</summary>
    public string Identity { get; init; } = Environment.MachineName;
}

/// <summary>The command line of the operator.</summary>
internal static class OperatorCommand
{
    private static readonly OperatorOptions Defaults = new();

    /// <summary>Makes the command.</summary>
    public static RootCommand Create(Func<OperatorOptions, CancellationToken, Task<int>> run)
    {
        var server = new ServerFlags(Defaults.MetricsPort);
        var ownNamespace = Flags.Namespace(
            "Namespace that Palisade runs in: of the lease, and spared by default-deny profiles.",
            Defaults.Namespace
        );
        var leaderElect = new Option<bool>("--leader-elect")
        {
            Description = "Whether one of several replicas is elected to write.",
            DefaultValueFactory = _ => Defaults.LeaderElect,
        };
        var webhookPort = Flags.Number(
            "--webhook-port",
            "Port that the webhook's pods listen on; default-deny over Palisade's own namespace leaves it open to the API server.",
            Defaults.WebhookPort,
            1,
            ushort.MaxValue
        );
        var workers = Flags.Number("--workers", "How many NetworkPolicies are written at once.", Defaults.Workers, 1, 1024);
        var command = new RootCommand(
            "Stamps the NetworkPolicies of ClusterNetworkPolicies and DefaultDenyProfiles into namespaces, and keeps them there."
        )
        {
            ownNamespace,
            leaderElect,
            webhookPort,
            workers,
        };
        server.AddTo(command);
        command.SetAction(
            (result, cancellationToken) =>
                run(
                    new OperatorOptions(server.Read(result))
                    {
                        Namespace = result.GetRequiredValue(ownNamespace),
                        LeaderElect = result.GetValue(leaderElect),
                        WebhookPort = result.GetRequiredValue(webhookPort),
                        Workers = result.GetRequiredValue(workers),
                        Identity = Identify(),
                    },
                    cancellationToken
                )
        );
        return command;
    }

    /// <summary>The pod's name, and something that a container started again in the same pod does not share.</summary>
    private static string Identify()
    {
        var pod = Environment.GetEnvironmentVariable("POD_NAME") is { Length: > 0 } name ? name : Environment.MachineName;
        return $"{pod}_{Guid.NewGuid():N}";
    }
}
