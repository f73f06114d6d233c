using System.ComponentModel;
using System.Net.Sockets;
using Palisade.Cli.Input;
using Palisade.Cli.Manifests;
using Palisade.Cli.Output;
using Palisade.Lab;
using Palisade.Lab.Reachability;
using Palisade.Lab.Sandboxing;
using Palisade.Netfilter;
using Palisade.Policy.Evaluation;

namespace Palisade.Cli.Labs;

internal sealed class LabRun(CliConsole console, IReadOnlyList<string> paths, MeasureMode mode)
{
    private readonly LabReport _report = new(console.Output);

    /// <summary>Reads, computes, measures where it can, and tells.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await TryAsync(cancellationToken);
        }
        catch (Exception exception)
            when (exception
                    is LabException
                        or NetfilterException
                        or SocketException
                        or Win32Exception
                        or IOException
                        or UnauthorizedAccessException
            )
        {
            var message = string.Join(
                ' ',
                exception.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            );
            await console.Error.WriteLineAsync($"kubectl palisade: the lab failed: {message}");
            return ExitCode.Usage;
        }
    }

    private async Task<int> TryAsync(CancellationToken cancellationToken)
    {
        // First of all: inside the sandbox the program starts over.
        var refusal = mode == MeasureMode.Never ? null : await Sandbox.EnterAsync(cancellationToken);
        if (await ReadAsync(cancellationToken) is not { } read)
        {
            return ExitCode.Usage;
        }
        var (manifests, expansion) = read;
        var after = expansion.Snapshot;
        var topology = LabTopology.From(after);
        var outside = new OutsideHosts(after, manifests.Objects<V1Service>(), topology);
        var plan = ReachabilityPlan.For(after, outside.Addresses, OutsidePorts.For(after));
        if (!plan.Paths.Any())
        {
            await console.Error.WriteLineAsync($"{string.Join(' ', paths)}: no pods found");
            return ExitCode.Usage;
        }
        foreach (var block in outside.NotMeasured)
        {
            await console.Error.WriteLineAsync($"not measured: {block}");
        }
        var evaluator = new VerdictEvaluator(after);
        var verdicts = plan.Paths.ToDictionary(path => path, path => evaluator.Evaluate(path.Connection));
        if (mode == MeasureMode.Never || refusal is not null)
        {
            return await ComputeOnlyAsync(refusal, expansion, plan, verdicts);
        }
        topology = topology with { OutsideAddresses = [.. outside.Addresses.Select(address => address.ToIPAddress())] };
        return await new LabMeasurement(console, expansion, plan, verdicts).RunAsync(topology, cancellationToken);
    }

    /// <summary>Reads the manifests and makes a cluster of them. What is wrong, and what is made up, is told on the error output.</summary>
    /// <returns>Null when something is wrong.</returns>
    private async Task<(ManifestSet Manifests, ClusterExpansion Expansion)?> ReadAsync(CancellationToken cancellationToken)
    {
        var selection = new InputSelection(paths);
        if (await LoadedCluster.LoadAsync(selection, LoadPurpose.Lab, console, cancellationToken) is not { } loaded)
        {
            return null;
        }
        var (manifests, cluster) = (loaded.Manifests, loaded.Given);
        var given = manifests.Objects<V1Node>().Select(node => node.Metadata.Name).ToHashSet(StringComparer.Ordinal);
        var mentioned = cluster.Nodes.Select(node => node.Name).Where(name => given.Count > 0 && !given.Contains(name)).ToList();
        if (mentioned.Count > 0)
        {
            await console.Error.WriteLineAsync($"made up: nodes that only pods name: {string.Join(", ", mentioned)}");
        }
        return (manifests, loaded.Expansion);
    }

    private async Task<int> ComputeOnlyAsync(
        SandboxRefusal? refusal,
        ClusterExpansion expansion,
        ReachabilityPlan plan,
        Dictionary<ReachabilityPath, Verdict> verdicts
    )
    {
        if (refusal is not null)
        {
            await console.Error.WriteLineAsync($"not measured: {refusal.Message}");
            if (mode == MeasureMode.Always)
            {
                return ExitCode.Usage;
            }
        }
        var policies = Quantity.Format(expansion.Snapshot.Policies.Length, "NetworkPolicy", "NetworkPolicies");
        _report.WriteHeading($"Who reaches whom, computed from {policies} (not measured)");
        _report.WriteMatrix(plan, verdicts.Select(item => KeyValuePair.Create(item.Key, item.Value.Allowed)));
        _report.WriteOpenedBy(expansion.Snapshot, verdicts);
        return ExitCode.Clean;
    }
}
