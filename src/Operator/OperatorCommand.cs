using System.CommandLine;
using System.Globalization;

namespace Palisade.Operator;

/// <summary>The command line of the operator.</summary>
internal static class OperatorCommand
{
    private static readonly Option<string?> KubeConfig = new("--kubeconfig")
    {
        Description = "Kubeconfig file. Without it: KUBECONFIG, the pod's service account, ~/.kube/config.",
    };

    private static readonly Option<string?> Context = new("--context")
    {
        Description = "Context of the kubeconfig; its current one by default.",
    };

    private static readonly Option<string> Namespace = new("--namespace")
    {
        Description = "Namespace that Palisade runs in: of the lease, and spared by default-deny profiles. POD_NAMESPACE by default.",
        DefaultValueFactory = _ =>
            Environment.GetEnvironmentVariable("POD_NAMESPACE") is { Length: > 0 } own ? own : new OperatorOptions().Namespace,
    };

    private static readonly Option<bool> LeaderElect = new("--leader-elect")
    {
        Description = "Whether one of several replicas is elected to write.",
        DefaultValueFactory = _ => true,
    };

    private static readonly Option<int> MetricsPort = new("--metrics-port")
    {
        Description = "Port of /healthz, /readyz and /metrics; 0 for any free one.",
        DefaultValueFactory = _ => new OperatorOptions().MetricsPort,
    };

    private static readonly Option<int> WebhookPort = new("--webhook-port")
    {
        Description =
            "Port that the webhook's pods listen on; default-deny over Palisade's own namespace leaves it open to the API server.",
        DefaultValueFactory = _ => new OperatorOptions().WebhookPort,
    };

    private static readonly Option<string> LogFormat = new Option<string>("--log-format")
    {
        Description = "json or text.",
        DefaultValueFactory = _ => "text",
    }.AcceptOnlyFromAmong("json", "text");

    private static readonly Option<int> Workers = new("--workers")
    {
        Description = "How many NetworkPolicies are written at once.",
        DefaultValueFactory = _ => new OperatorOptions().Workers,
    };

    /// <summary>Makes the command.</summary>
    /// <param name="run">What is done with the options; gives the exit code.</param>
    public static RootCommand Create(Func<OperatorOptions, CancellationToken, Task<int>> run)
    {
        InRange(MetricsPort, 0, 65535);
        InRange(WebhookPort, 1, 65535);
        InRange(Workers, 1, 1024);
        var command = new RootCommand(
            "Stamps the NetworkPolicies of ClusterNetworkPolicies and DefaultDenyProfiles into namespaces, and keeps them there."
        )
        {
            KubeConfig,
            Context,
            Namespace,
            LeaderElect,
            MetricsPort,
            WebhookPort,
            LogFormat,
            Workers,
        };
        command.SetAction((result, cancellationToken) => run(Read(result), cancellationToken));
        return command;
    }

    private static OperatorOptions Read(ParseResult result) =>
        new()
        {
            KubeConfig = result.GetValue(KubeConfig),
            Context = result.GetValue(Context),
            Namespace = result.GetValue(Namespace)!,
            LeaderElect = result.GetValue(LeaderElect),
            MetricsPort = result.GetValue(MetricsPort),
            WebhookPort = result.GetValue(WebhookPort),
            JsonLogs = result.GetValue(LogFormat) == "json",
            Workers = result.GetValue(Workers),
            Identity = Identify(),
        };

    /// <summary>The pod's name, and something that a container started again in the same pod does not share.</summary>
    private static string Identify()
    {
        var pod = Environment.GetEnvironmentVariable("POD_NAME") is { Length: > 0 } name ? name : Environment.MachineName;
        return $"{pod}_{Guid.NewGuid():N}";
    }

    private static void InRange(Option<int> option, int least, int most) =>
        option.Validators.Add(result =>
        {
            if (
                result.Tokens.Count > 0
                && int.TryParse(result.Tokens[0].Value, NumberStyles.Integer, CultureInfo.InvariantCulture, out var value)
                && (value < least || value > most)
            )
            {
                result.AddError($"{option.Name}: {value} is not between {least} and {most}");
            }
        });
}
