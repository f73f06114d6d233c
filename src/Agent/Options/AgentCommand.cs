using System.CommandLine;
using System.CommandLine.Parsing;
using Palisade.Dataplane;
using Palisade.Hosting;
using Palisade.Netfilter;

namespace Palisade.Agent.Options;

/// <summary>The command line of the agent.</summary>
public static class AgentCommand
{
    private const string NodeNameVariable = "NODE_NAME";

    /// <summary>Makes the command.</summary>
    /// <param name="run">What is done with the options; gives the exit code.</param>
    public static RootCommand Create(Func<AgentOptions, CancellationToken, Task<int>> run)
    {
        var command = new RootCommand("Enforces Kubernetes NetworkPolicies on the node that it runs on, with iptables and ipset.");
        var server = new ServerFlags(AgentOptions.DefaultMetricsPort);
        server.AddTo(command);
        var enforcement = EnforcementFlags(command);
        var mode = ModeFlags(command);
        command.SetAction(
            (result, cancellationToken) => run(mode(result, enforcement(result, new(server.Read(result)))), cancellationToken)
        );
        return command;
    }

    private static Func<ParseResult, AgentOptions, AgentOptions> EnforcementFlags(RootCommand command)
    {
        var denyAction = Flags.Choice(
            "--deny-action",
            "What happens to a packet that no policy allows. Reject, the default, answers at once; Drop lets the client wait.",
            ("Reject", DenyAction.Reject),
            ("Drop", DenyAction.Drop)
        );
        var unknownPods = Flags.Choice(
            "--unknown-pods",
            "What happens to a pod that is not known yet, while some policy of the cluster isolates pods. Deny, the default, drops its new connections.",
            ("Deny", UnknownPods.Deny),
            ("Allow", UnknownPods.Allow)
        );
        var logDenials = new Option<bool>("--log-denials")
        {
            Description = "Log denied packets, at most ten a second each way, with pods, port and the policies that isolate.",
        };
        var backend = Flags.Choice<NetfilterBackend?>(
            "--backend",
            "Kind of iptables to write to. Auto, the default, takes the one that kubelet and kube-proxy use.",
            ("Auto", null),
            ("Legacy", NetfilterBackend.Legacy),
            ("Nft", NetfilterBackend.Nft)
        );
        var verifyInterval = Flags.Duration(
            "--verify-interval",
            "How often the rules are read back from the kernel and repaired, such as 500ms, 30s, 1m. Default: 10s.",
            AgentOptions.DefaultVerifyInterval,
            AgentOptions.MinVerifyInterval,
            TimeSpan.FromHours(24)
        );
        var setBridgeNetfilter = new Option<bool>("--set-bridge-nf")
        {
            Description = "Turn on net.bridge.bridge-nf-call-iptables where pods share a bridge, rather than only report that it is off.",
        };
        Option[] all = [denyAction, unknownPods, logDenials, backend, verifyInterval, setBridgeNetfilter];
        Array.ForEach(all, command.Add);
        return (result, options) =>
            options with
            {
                DenyAction = result.GetValue(denyAction),
                UnknownPods = result.GetValue(unknownPods),
                LogDenials = result.GetValue(logDenials),
                Backend = result.GetValue(backend),
                VerifyInterval = result.GetRequiredValue(verifyInterval),
                SetBridgeNetfilter = result.GetValue(setBridgeNetfilter),
            };
    }

    private static Func<ParseResult, AgentOptions, AgentOptions> ModeFlags(RootCommand command)
    {
        var nodeName = new Option<string?>("--node-name")
        {
            Description = $"Name of this node in the cluster. Default: the environment variable {NodeNameVariable}.",
            HelpName = "name",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable(NodeNameVariable),
        };
        var once = new Option<bool>("--once") { Description = "Bring the rules in line once; exit 0, or 1 when that failed." };
        var dryRun = new Option<bool>("--dry-run")
        {
            Description = "Print the iptables-restore and ipset text that would be written; touch nothing.",
        };
        var cleanup = new Option<bool>("--cleanup")
        {
            Description = "Remove everything that the agent ever wrote on this node. Needs no API server. The node's pods are then open.",
        };
        Option[] all = [nodeName, once, dryRun, cleanup];
        Array.ForEach(all, command.Add);
        command.Validators.Add(result => OneMode(result, once, dryRun, cleanup));
        command.Validators.Add(result => NodeNameWhereNeeded(result, nodeName, cleanup));
        return (result, options) =>
            options with
            {
                NodeName = result.GetValue(nodeName) ?? "",
                Mode =
                    result.GetValue(once) ? AgentMode.Once
                    : result.GetValue(dryRun) ? AgentMode.DryRun
                    : result.GetValue(cleanup) ? AgentMode.Cleanup
                    : AgentMode.Run,
            };
    }

    private static void OneMode(CommandResult result, params Option<bool>[] modes)
    {
        if (modes.Count(result.GetValue) > 1)
        {
            result.AddError("--once, --dry-run and --cleanup exclude each other.");
        }
    }

    private static void NodeNameWhereNeeded(CommandResult result, Option<string?> nodeName, Option<bool> cleanup)
    {
        // An option that was not given has its default only after the validators ran.
        var name = result.GetValue(nodeName) ?? Environment.GetEnvironmentVariable(NodeNameVariable);
        if (!result.GetValue(cleanup) && string.IsNullOrEmpty(name))
        {
            result.AddError($"The name of this node is missing: give --node-name, or set {NodeNameVariable}.");
        }
    }
}
