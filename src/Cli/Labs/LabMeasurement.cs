using Palisade.Cli.Input;
using Palisade.Cli.Output;
using Palisade.Lab;
using Palisade.Lab.Probes;
using Palisade.Lab.Reachability;
using Palisade.Policy;
using Palisade.Policy.Evaluation;
using Spectre.Console;

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

/// <summary>Whether the lab measures with real connections.</summary>
internal enum MeasureMode
{
    /// <summary>When this machine allows it; else it says so and computes only.</summary>
    Auto,

    /// <summary>Yes; not being able to is an error.</summary>
    Always,

    /// <summary>No: it computes only.</summary>
    Never,
}

/// <summary>Writes what <c>lab</c> found.</summary>
internal sealed class LabReport(IAnsiConsole console)
{
    /// <summary>Writes a heading.</summary>
    public void WriteHeading(string text)
    {
        console.WriteLine();
        console.MarkupLine($"[bold]{Markup.Escape(text)}[/]");
    }

    /// <summary>Writes what is enforced: how much was stamped, and how much written by hand.</summary>
    public void WriteApplied(ClusterExpansion expansion)
    {
        var byHand = expansion.Snapshot.Policies.Length - expansion.Stamped.Length;
        var namespaces = expansion.Stamped.Select(item => item.Policy.Metadata.NamespaceProperty).Distinct(StringComparer.Ordinal).Count();
        var stamped = Quantity.Format(expansion.Stamped.Length, "NetworkPolicy", "NetworkPolicies");
        var into = Quantity.Format(namespaces, "namespace", "namespaces");
        string[] sentences =
        [
            .. expansion.CustomResources == 0
                ? Array.Empty<string>()
                :
                [
                    $"{Quantity.Format(expansion.CustomResources, "cluster-wide policy", "cluster-wide policies")} stamped {stamped} into {into}.",
                ],
            .. byHand == 0 ? Array.Empty<string>() : [$"{Quantity.Format(byHand, "NetworkPolicy", "NetworkPolicies")} written by hand."],
        ];
        console.WriteLine();
        console.WriteLine(sentences.Length == 0 ? "No policies." : string.Join(' ', sentences));
    }

    /// <summary>Writes who reaches whom.</summary>
    public void WriteMatrix(ReachabilityPlan plan, IEnumerable<KeyValuePair<ReachabilityPath, bool>> open)
    {
        var list = open.ToList();
        var writer = new MatrixWriter(console);
        writer.Write(new ReachabilityMatrix(plan, list));
        var differ = list.GroupBy(item => (item.Key.From, item.Key.To, item.Key.Port))
            .Any(group => group.Select(item => item.Value).Distinct().Count() > 1);
        writer.WriteLegend(differ);
    }

    /// <summary>Writes which connections of isolated pods are open, and why.</summary>
    public void WriteOpenedBy(ClusterSnapshot snapshot, IReadOnlyDictionary<ReachabilityPath, Verdict> verdicts)
    {
        WriteHeading("What is open to and from closed pods, and what opened it");
        new OpenedByWriter(console, snapshot).Write(verdicts);
    }
}
