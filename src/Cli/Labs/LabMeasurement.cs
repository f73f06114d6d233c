using Palisade.Cli.Input;
using Palisade.Cli.Output;
using Palisade.Lab;
using Palisade.Lab.Probes;
using Palisade.Lab.Reachability;
using Palisade.Policy.Evaluation;

namespace Palisade.Cli.Labs;

/// <summary>Builds a cluster as network namespaces and measures who reaches whom, without policies and with them.</summary>
internal sealed class LabMeasurement(
    CliConsole console,
    ClusterExpansion expansion,
    ReachabilityPlan plan,
    Dictionary<ReachabilityPath, Verdict> verdicts
)
{
    private readonly LabReport _report = new(console.Output);

    /// <summary>Builds, measures and tells.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    /// <exception cref="LabException">The lab failed.</exception>
    public async Task<int> RunAsync(LabTopology topology, CancellationToken cancellationToken)
    {
        foreach (var madeUp in topology.Synthetic)
        {
            await console.Error.WriteLineAsync($"made up: {madeUp}");
        }
        await ProgressAsync(
            $"building {Quantity.Format(topology.Nodes.Count, "node", "nodes")} and {Quantity.Format(topology.Pods.Count, "pod", "pods")} as network namespaces"
        );
        await using var lab = await NetworkLab.CreateAsync(topology, cancellationToken);
        await using var probe = await ReachabilityProbe.StartAsync(lab, plan);
        foreach (var leftOut in probe.LeftOut)
        {
            await console.Error.WriteLineAsync($"not measured: {leftOut}");
        }
        await ProgressAsync("trying every connection, without policies");
        var before = await probe.MeasureOpenAsync(cancellationToken);
        _report.WriteHeading("Before: who reaches whom without policies, measured");
        WriteMatrix(before);

        await ProgressAsync("writing the rules on every node");
        if (!await new RuleInstaller(lab, console).InstallAsync(expansion.Snapshot, cancellationToken))
        {
            return ExitCode.Usage;
        }
        await ProgressAsync("trying every connection again");
        var began = TimeProvider.System.GetTimestamp();
        var measured = await probe.MeasureAsync(cancellationToken);
        var took = TimeProvider.System.GetElapsedTime(began);
        _report.WriteApplied(expansion);
        _report.WriteHeading("After: the same connections, measured again");
        WriteMatrix(measured);
        _report.WriteOpenedBy(expansion.Snapshot, verdicts);
        return new ComparisonWriter(console.Output).Write(measured, verdicts, took) ? ExitCode.Clean : ExitCode.Findings;
    }

    private void WriteMatrix(IReadOnlyDictionary<ReachabilityPath, ProbeResult> results) =>
        _report.WriteMatrix(plan, results.Select(item => KeyValuePair.Create(item.Key, item.Value.IsOpen)));

    private Task ProgressAsync(string text) => console.Error.WriteLineAsync($"... {text}");
}
