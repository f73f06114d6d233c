using Palisade.Cli.Input;
using Palisade.Cli.Output;
using Palisade.Dataplane;
using Palisade.Lab;
using Palisade.Lab.Reachability;
using Palisade.Lab.Sandboxing;
using Palisade.Netfilter;
using Palisade.Policy;
using Palisade.Policy.Evaluation;
using Spectre.Console;

namespace Palisade.Cli.Labs;

/// <summary>One run of <c>lab</c>.</summary>
internal sealed class LabRun(CliConsole console, IReadOnlyList<string> paths, MeasureMode mode)
{
    private readonly IAnsiConsole _out = console.Output;

    /// <summary>Reads, computes, measures where it can, and tells.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await TryAsync(cancellationToken);
        }
        catch (Exception exception) when (exception is LabException or NetfilterException)
        {
            await console.Error.WriteLineAsync($"kubectl palisade: the lab failed: {exception.Message}");
            return ExitCode.Usage;
        }
    }

    private async Task<int> TryAsync(CancellationToken cancellationToken)
    {
        // First of all: inside the sandbox the program begins anew.
        var refusal = mode == MeasureMode.Never ? null : await Sandbox.EnterAsync(cancellationToken);
        if (await ManifestInput.ReadAsync(paths, console, cancellationToken) is not { } manifests)
        {
            return ExitCode.Usage;
        }
        var (cluster, errors) = ClusterCompletion.ForLab(manifests);
        foreach (var error in errors)
        {
            await console.Error.WriteLineAsync(error.ToString());
        }
        if (errors.Count > 0)
        {
            return ExitCode.Usage;
        }
        var expansion = ClusterExpansion.Of(manifests, cluster);
        foreach (var madeUp in expansion.MadeUp)
        {
            await console.Error.WriteLineAsync($"warning: {madeUp}");
        }
        var after = expansion.Snapshot;
        var plan = ReachabilityPlan.For(after, OutsideAddresses.For(after), OutsideAddresses.PortsFor(after));
        if (!plan.Paths.Any())
        {
            await console.Error.WriteLineAsync($"{string.Join(' ', paths)}: no pods, so there is nobody to reach");
            return ExitCode.Usage;
        }
        var evaluator = new VerdictEvaluator(after);
        var verdicts = plan.Paths.ToDictionary(path => path, path => evaluator.Evaluate(path.Connection));
        if (mode == MeasureMode.Never || refusal is not null)
        {
            return await ComputeOnlyAsync(refusal, expansion, plan, verdicts);
        }
        return await MeasureAsync(expansion, plan, verdicts, cancellationToken);
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
        Heading(
            $"Who reaches whom, computed from {Quantity.Of(expansion.Snapshot.Policies.Length, "NetworkPolicy", "NetworkPolicies")} (not measured)"
        );
        WriteMatrix(plan, verdicts.Select(item => KeyValuePair.Create(item.Key, item.Value.Allowed)));
        WriteOpenedBy(expansion.Snapshot, verdicts);
        return ExitCode.Clean;
    }

    private async Task<int> MeasureAsync(
        ClusterExpansion expansion,
        ReachabilityPlan plan,
        Dictionary<ReachabilityPath, Verdict> verdicts,
        CancellationToken cancellationToken
    )
    {
        var snapshot = expansion.Snapshot;
        var topology = LabTopology.From(snapshot) with
        {
            OutsideAddresses =
            [
                .. plan.Endpoints.Where(endpoint => endpoint.IsOutside).SelectMany(e => e.Addresses).Select(a => a.ToIPAddress()),
            ],
        };
        await ProgressAsync(
            $"building {Quantity.Of(topology.Nodes.Count, "node", "nodes")} and {Quantity.Of(topology.Pods.Count, "pod", "pods")} as network namespaces"
        );
        await using var lab = await NetworkLab.CreateAsync(topology, cancellationToken);
        await using var probe = await ReachabilityProbe.StartAsync(lab, plan);

        await ProgressAsync("trying every connection, without policies");
        var before = await probe.MeasureAsync(cancellationToken);
        Heading("Before: who reaches whom without policies, measured");
        WriteMatrix(plan, before.Select(item => KeyValuePair.Create(item.Key, item.Value.IsOpen)));

        var netfilter = new NetfilterOptions();
        var offered = await new PolicyEnforcement(lab, netfilter, DataplaneOptions.Default).ProbeAsync(cancellationToken);
        string[] problems = [.. offered.Problems, .. offered.NotEnforced() is { } unenforced ? [unenforced] : Array.Empty<string>()];
        if (problems.Length > 0)
        {
            foreach (var problem in problems)
            {
                await console.Error.WriteLineAsync($"cannot enforce: {problem}");
            }
            return ExitCode.Usage;
        }
        await ProgressAsync("writing the rules on every node");
        var enforcement = new PolicyEnforcement(lab, netfilter, offered.Adapt(DataplaneOptions.Default));
        await enforcement.EnforceAsync(snapshot, cancellationToken);
        foreach (var problem in enforcement.Problems)
        {
            await console.Error.WriteLineAsync($"warning: NetworkPolicy {problem}; it isolates, and allows nothing");
        }

        await ProgressAsync("trying every connection again");
        var began = TimeProvider.System.GetTimestamp();
        var measured = await probe.MeasureAsync(cancellationToken);
        var took = TimeProvider.System.GetElapsedTime(began);
        WriteApplied(expansion);
        Heading("After: the same connections, measured again");
        WriteMatrix(plan, measured.Select(item => KeyValuePair.Create(item.Key, item.Value.IsOpen)));
        WriteOpenedBy(snapshot, verdicts);
        return new ComparisonWriter(_out).Write(measured, verdicts, took) ? ExitCode.Clean : ExitCode.Findings;
    }

    private void WriteApplied(ClusterExpansion expansion)
    {
        var byHand = expansion.Snapshot.Policies.Length - expansion.Stamped.Length;
        var namespaces = expansion.Stamped.Select(item => item.Policy.Metadata.NamespaceProperty).Distinct(StringComparer.Ordinal).Count();
        var stamped = Quantity.Of(expansion.Stamped.Length, "NetworkPolicy", "NetworkPolicies");
        var into = Quantity.Of(namespaces, "namespace", "namespaces");
        string[] sentences =
        [
            .. expansion.CustomResources == 0
                ? Array.Empty<string>()
                :
                [
                    $"{Quantity.Of(expansion.CustomResources, "cluster-wide policy", "cluster-wide policies")} stamped {stamped} into {into}.",
                ],
            .. byHand == 0 ? Array.Empty<string>() : [$"{Quantity.Of(byHand, "NetworkPolicy", "NetworkPolicies")} written by hand."],
        ];
        _out.WriteLine();
        _out.WriteLine(sentences.Length == 0 ? "No policies." : string.Join(' ', sentences));
    }

    private void WriteMatrix(ReachabilityPlan plan, IEnumerable<KeyValuePair<ReachabilityPath, bool>> open)
    {
        var list = open.ToList();
        var writer = new MatrixWriter(_out);
        writer.Write(new ReachabilityMatrix(plan, list));
        var differ = list.GroupBy(item => (item.Key.From, item.Key.To, item.Key.Port))
            .Any(group => group.Select(item => item.Value).Distinct().Count() > 1);
        writer.WriteLegend(differ);
    }

    private void WriteOpenedBy(ClusterSnapshot snapshot, Dictionary<ReachabilityPath, Verdict> verdicts)
    {
        Heading("What is open to and from closed pods, and what opened it");
        new OpenedByWriter(_out, snapshot).Write(verdicts);
    }

    private void Heading(string text)
    {
        _out.WriteLine();
        _out.MarkupLine($"[bold]{Markup.Escape(text)}[/]");
    }

    private Task ProgressAsync(string text) => console.Error.WriteLineAsync($"... {text}");
}
