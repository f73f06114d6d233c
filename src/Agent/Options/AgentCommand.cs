using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Net;
using Palisade.Dataplane;
using Palisade.Netfilter;

namespace Palisade.Agent.Options;

/// <summary>The command line of the agent.</summary>
public sealed class AgentCommand
{
    private const string NodeNameVariable = "NODE_NAME";

    private readonly Option<string?> _nodeName = new("--node-name")
    {
        Description = $"Name of this node in the cluster. Default: the environment variable {NodeNameVariable}.",
        HelpName = "name",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable(NodeNameVariable),
    };
    private readonly Option<string?> _kubeconfig = new("--kubeconfig")
    {
        Description = "Kubeconfig to reach the API server with. Default: KUBECONFIG, else the pod's service account, else ~/.kube/config.",
        HelpName = "file",
    };
    private readonly Option<string?> _context = new("--context")
    {
        Description = "Context of the kubeconfig. Default: its current one.",
        HelpName = "name",
    };
    private readonly Option<DenyAction> _denyAction = ChoiceOption(
        "--deny-action",
        [("Reject", DenyAction.Reject), ("Drop", DenyAction.Drop)],
        "What happens to a packet that no policy allows. Reject, the default, answers at once; Drop lets the client wait."
    );
    private readonly Option<UnknownPods> _unknownPods = ChoiceOption(
        "--unknown-pods",
        [("Deny", UnknownPods.Deny), ("Allow", UnknownPods.Allow)],
        "What happens to a pod that is not known yet, while some policy of the cluster isolates pods. Deny, the default, drops its new connections."
    );
    private readonly Option<bool> _logDenials = new("--log-denials")
    {
        Description = "Log denied packets, at most ten a second each way, with pods, port and the policies that isolate.",
    };
    private readonly Option<NetfilterBackend?> _backend = ChoiceOption<NetfilterBackend?>(
        "--backend",
        [("Auto", null), ("Legacy", NetfilterBackend.Legacy), ("Nft", NetfilterBackend.Nft)],
        "Kind of iptables to write to. Auto, the default, takes the one that kubelet and kube-proxy use."
    );
    private readonly Option<IPAddress> _bindAddress = new("--bind-address")
    {
        Description = "Address that /healthz, /readyz and /metrics are served on.",
        HelpName = "address",
        DefaultValueFactory = _ => IPAddress.IPv6Any,
        CustomParser = ParseAddress,
    };
    private readonly Option<int> _metricsPort = new("--metrics-port")
    {
        Description = "Port that /healthz, /readyz and /metrics are served on; 0 serves none.",
        HelpName = "port",
        DefaultValueFactory = _ => AgentOptions.DefaultMetricsPort,
        CustomParser = ParsePort,
    };
    private readonly Option<TimeSpan?> _verifyInterval = new("--verify-interval")
    {
        Description = "How often the rules are read back from the kernel and repaired, such as 500ms, 30s, 1m. Default: 10s.",
        HelpName = "time",
        CustomParser = ParseInterval,
    };
    private readonly Option<LogFormat> _logFormat = ChoiceOption(
        "--log-format",
        [("text", LogFormat.Text), ("json", LogFormat.Json)],
        "How log lines look. Default: text."
    );
    private readonly Option<bool> _setBridgeNetfilter = new("--set-bridge-nf")
    {
        Description = "Turn on net.bridge.bridge-nf-call-iptables where pods share a bridge, rather than only report that it is off.",
    };
    private readonly Option<bool> _once = new("--once") { Description = "Bring the rules in line once; exit 0, or 1 when that failed." };
    private readonly Option<bool> _dryRun = new("--dry-run")
    {
        Description = "Print the iptables-restore and ipset text that would be written; touch nothing.",
    };
    private readonly Option<bool> _cleanup = new("--cleanup")
    {
        Description = "Remove everything that the agent ever wrote on this node. Needs no API server. The node's pods are then open.",
    };
    private readonly RootCommand _root;

    /// <summary>Makes the command line.</summary>
    /// <param name="run">Does the work; gives the exit code.</param>
    public AgentCommand(Func<AgentOptions, CancellationToken, Task<int>> run)
    {
        _root = new RootCommand("Enforces Kubernetes NetworkPolicies on the node that it runs on, with iptables and ipset.");
        Option[] options =
        [
            _nodeName,
            _kubeconfig,
            _context,
            _denyAction,
            _unknownPods,
            _logDenials,
            _backend,
            _bindAddress,
            _metricsPort,
            _verifyInterval,
            _logFormat,
            _setBridgeNetfilter,
            _once,
            _dryRun,
            _cleanup,
        ];
        Array.ForEach(options, _root.Add);
        _root.Validators.Add(OneMode);
        _root.Validators.Add(NodeNameWhereNeeded);
        _root.SetAction((result, cancellationToken) => run(Read(result), cancellationToken));
    }

    /// <summary>Reads the arguments and does the work. A faulty argument is one line on standard error and exit code 2.</summary>
    public async Task<int> InvokeAsync(IReadOnlyList<string> arguments, TextWriter error, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(error);
        var result = _root.Parse(arguments);
        if (result.Errors.Count > 0)
        {
            await error.WriteLineAsync($"palisade-agent: {result.Errors[0].Message} See palisade-agent --help.");
            return ExitCodes.BadInput;
        }
        return await result.InvokeAsync(
            new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null },
            cancellationToken
        );
    }

    private AgentOptions Read(ParseResult result) =>
        new()
        {
            Mode = Mode(result.GetValue(_once), result.GetValue(_dryRun), result.GetValue(_cleanup)),
            NodeName = result.GetValue(_nodeName) ?? "",
            Kubeconfig = result.GetValue(_kubeconfig),
            Context = result.GetValue(_context),
            DenyAction = result.GetValue(_denyAction),
            UnknownPods = result.GetValue(_unknownPods),
            LogDenials = result.GetValue(_logDenials),
            Backend = result.GetValue(_backend),
            BindAddress = result.GetValue(_bindAddress)!,
            MetricsPort = result.GetValue(_metricsPort),
            VerifyInterval = result.GetValue(_verifyInterval) ?? AgentOptions.DefaultVerifyInterval,
            LogFormat = result.GetValue(_logFormat),
            SetBridgeNetfilter = result.GetValue(_setBridgeNetfilter),
        };

    private static AgentMode Mode(bool once, bool dryRun, bool cleanup) =>
        once ? AgentMode.Once
        : dryRun ? AgentMode.DryRun
        : cleanup ? AgentMode.Cleanup
        : AgentMode.Run;

    private void OneMode(CommandResult result)
    {
        if (new[] { _once, _dryRun, _cleanup }.Count(option => result.GetValue(option)) > 1)
        {
            result.AddError("--once, --dry-run and --cleanup exclude each other.");
        }
    }

    private void NodeNameWhereNeeded(CommandResult result)
    {
        // An option that was not given has its default only after the validators ran.
        var nodeName = result.GetValue(_nodeName) ?? Environment.GetEnvironmentVariable(NodeNameVariable);
        if (!result.GetValue(_cleanup) && string.IsNullOrEmpty(nodeName))
        {
            result.AddError($"The name of this node is missing: give --node-name, or set {NodeNameVariable}.");
        }
    }

    // The first choice is the type's default value, and so that of the option.
    private static Option<T> ChoiceOption<T>(string name, (string Word, T Value)[] choices, string description) =>
        new(name)
        {
            Description = description,
            HelpName = string.Join('|', choices.Select(choice => choice.Word)),
            CustomParser = result =>
            {
                var text = result.Tokens.Single().Value;
                var found = Array.FindIndex(choices, choice => choice.Word.Equals(text, StringComparison.OrdinalIgnoreCase));
                if (found >= 0)
                {
                    return choices[found].Value;
                }
                result.AddError(
                    $"{name} cannot be \"{text}\": it must be one of {string.Join(", ", choices.Select(choice => choice.Word))}."
                );
                return choices[0].Value;
            },
        };

    private static IPAddress ParseAddress(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (IPAddress.TryParse(text, out var address))
        {
            return address;
        }
        result.AddError($"--bind-address cannot be \"{text}\": it must be an IPv4 or IPv6 address, such as 0.0.0.0 or ::.");
        return IPAddress.None;
    }

    private static int ParsePort(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port))
        {
            return port;
        }
        result.AddError($"--metrics-port cannot be \"{text}\": it must be a number from 0 to 65535.");
        return 0;
    }

    private static TimeSpan? ParseInterval(ArgumentResult result)
    {
        var text = result.Tokens.Single().Value;
        if (Duration.TryParse(text, out var duration) && duration >= AgentOptions.LeastVerifyInterval)
        {
            return duration;
        }
        result.AddError($"--verify-interval cannot be \"{text}\": it must be from 100ms to 24h, as digits and ms, s, m or h, such as 10s.");
        return null;
    }
}
