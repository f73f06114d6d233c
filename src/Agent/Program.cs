using Palisade.Agent.Options;
using Palisade.Dataplane;
using Palisade.Hosting;
using Palisade.Kubernetes.Client;
using Palisade.Netfilter;

namespace Palisade.Agent;

/// <summary>
/// Enforces NetworkPolicies on one node. The work is in <see cref="SyncLoop"/>; <see cref="AgentHost"/> puts it together with the watches,
/// <see cref="OneOffCommands"/> holds the modes that end by themselves.
/// </summary>
public static class Program
{
    /// <summary>Runs the agent; gives one of <see cref="ExitCodes"/>.</summary>
    /// <remarks>Stopped in good order or killed: the rules stay, so that pods are never open because the agent is away.</remarks>
    public static Task<int> Main(string[] args) => ServerProgram.RunAsync("palisade-agent", AgentCommand.Create(RunAsync), args, ExitCode);

    private static async Task<int> RunAsync(AgentOptions options, CancellationToken cancellationToken)
    {
        if (Capabilities.Missing() is { } missing)
        {
            return Refuse(missing);
        }
        var netfilter = new NetfilterOptions { Backend = options.Backend };
        var probe = await NetfilterProbe.RunAsync(netfilter, cancellationToken);
        if (probe.Problems.Count > 0)
        {
            return Refuse(string.Join("; ", probe.Problems));
        }
        netfilter = netfilter with { Backend = probe.Backend, Families = probe.Families };
        var applier = new NetfilterApplier(netfilter);
        if (options.Mode == AgentMode.Cleanup)
        {
            WarnOf(probe);
            return await OneOffCommands.CleanupAsync(applier, Console.Out, cancellationToken);
        }
        var dataplane = probe.Adapt(
            new DataplaneOptions
            {
                DenyAction = options.DenyAction,
                UnknownPods = options.UnknownPods,
                LogDenials = options.LogDenials,
            }
        );
        var client = ClientOptionsLoader.Load(options.Kubeconfig, options.Context) with { UserAgent = "palisade-agent" };
        if (options.Mode == AgentMode.Run)
        {
            return await AgentHost.RunAsync(options, new(client, dataplane, applier, probe, ProbeAgainAsync), cancellationToken);
        }
        WarnOf(probe);
        var code = await OneOffCommands.SyncAsync(options, client, dataplane, applier, Console.Out, Console.Error, cancellationToken);
        return probe.NotEnforced() is null ? code : ExitCodes.Failure;

        async Task<ProbeResult> ProbeAgainAsync(CancellationToken stop)
        {
            var again = await NetfilterProbe.RunAsync(netfilter, stop);
            if (again.Problems.Count == 0)
            {
                applier.UseFamilies(again.Families);
            }
            return again;
        }
    }

    private static int? ExitCode(Exception exception) => exception is NetfilterException ? ExitCodes.Failure : null;

    private static void WarnOf(ProbeResult probe)
    {
        if (probe.NotEnforced() is { } problem)
        {
            Console.Error.WriteLine($"palisade-agent: {problem}");
        }
        foreach (var lack in probe.Lacks())
        {
            Console.Error.WriteLine($"palisade-agent: this kernel lacks {lack}");
        }
    }

    private static int Refuse(string reason)
    {
        Console.Error.WriteLine($"palisade-agent: {reason}");
        return ExitCodes.BadInput;
    }
}
