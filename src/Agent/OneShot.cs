using Palisade.Agent.Cluster;
using Palisade.Agent.Options;
using Palisade.Dataplane;
using Palisade.Hosting;
using Palisade.Kubernetes.Client;
using Palisade.Netfilter;

namespace Palisade.Agent;

/// <summary>The modes that do one thing and end.</summary>
public static class OneOffCommands
{
    /// <summary>Reads the cluster once and writes the rules, or only prints them (<see cref="AgentMode.DryRun"/>).</summary>
    /// <exception cref="KubernetesException">The API server did not answer or refused; nothing was written.</exception>
    /// <exception cref="NetfilterException">The kernel could not be read or written.</exception>
    public static async Task<int> SyncAsync(
        AgentOptions options,
        ClientOptions clientOptions,
        DataplaneOptions dataplane,
        IRulesetApplier applier,
        TextWriter output,
        TextWriter error,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(applier);
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(error);
        using var client = new KubernetesClient(clientOptions);
        var (snapshot, auditProblem) = await ClusterListing.ReadAsync(client, options.NodeName, cancellationToken);
        if (auditProblem is not null)
        {
            await error.WriteLineAsync($"DefaultDenyProfiles in Audit are left out: {auditProblem}");
        }

        Ruleset? compiled = null;
        ApplyResult result;
        try
        {
            if (options.Mode == AgentMode.DryRun)
            {
                await output.WriteAsync(await applier.PlanAsync(Compile(dataplane.Limits), cancellationToken));
                return ExitCodes.Success;
            }
            (_, result) = await new ContainedApplier(applier, dataplane.Limits).ApplyAsync(Compile, cancellationToken);
        }
        finally
        {
            await ReportAsync(compiled?.Problems ?? [], error);
        }
        await output.WriteLineAsync(Describe(result));
        if (await applier.CutRevokedAsync(cancellationToken) is > 0 and var cut)
        {
            await output.WriteLineAsync($"Cut {cut} established connections that policies do not allow");
        }
        var found = await applier.VerifyAsync(cancellationToken);
        foreach (var difference in found.Differences)
        {
            await output.WriteLineAsync($"not as written: {difference}");
        }
        if (found.Leftover is { } reason)
        {
            await output.WriteLineAsync($"what an earlier run may have left in the other iptables backend cannot be removed: {reason}");
        }
        return found.IsIntact && found.Leftover is null ? ExitCodes.Success : ExitCodes.Failure;

        Ruleset Compile(KernelLimits limits) =>
            compiled = NodeNetwork.Adapt(PolicyCompiler.Compile(snapshot, options.NodeName, dataplane with { Limits = limits }));
    }

    /// <summary>Removes all rules and sets of the agent's.</summary>
    /// <exception cref="NetfilterException">The kernel refused.</exception>
    public static async Task<int> CleanupAsync(IRulesetApplier applier, TextWriter output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(applier);
        ArgumentNullException.ThrowIfNull(output);
        var result = await applier.CleanupAsync(cancellationToken);
        if (result.PendingDestroys > 0)
        {
            await output.WriteLineAsync(
                $"Removed all rules of Palisade on this node; rules of others still use {result.PendingDestroys} of its sets, which stay: ipset list -name"
            );
            return ExitCodes.Failure;
        }
        await output.WriteLineAsync(
            result.Changed ? "Removed all rules and sets of Palisade on this node" : "Nothing of Palisade on this node"
        );
        return ExitCodes.Success;
    }

    private static async Task ReportAsync(IEnumerable<CompileProblem> problems, TextWriter error)
    {
        foreach (var problem in problems)
        {
            await error.WriteLineAsync($"NetworkPolicy {problem}; it isolates, and allows nothing");
        }
    }

    private static string Describe(ApplyResult result) =>
        result.Changed
            ? $"Wrote {result.SetEntriesChanged} set entries, {result.SetsChanged} sets and {result.ChainsChanged} chains"
            : "Nothing to write: the rules were in place";
}
