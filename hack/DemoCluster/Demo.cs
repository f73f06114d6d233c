using System.Globalization;
using Palisade.Cli;
using Palisade.Cli.Input;
using Palisade.Cli.Labs;
using Palisade.Cli.Manifests;
using Palisade.EndToEnd;
using Palisade.Lab.Probes;
using Palisade.Lab.Reachability;
using Palisade.Policy.Evaluation;
using Palisade.Policy.Net;
using Palisade.Testing;

namespace Palisade.DemoCluster;

/// <summary>The shop of <c>config/samples</c> on a cluster: everything open, closed and opened by policies, open again.</summary>
internal sealed class Demo(ClusterFixture cluster)
{
    private static readonly string Samples = Path.Join(Repository.Root, "config/samples");
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly CliConsole _console = CliConsole.Standard();

    /// <summary>Runs it.</summary>
    /// <returns>0 when the kernel let through what the policies say, and the webhook refused what it should.</returns>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var manifests = await ManifestReader.ReadAsync([Path.Join(Samples, "shop")], TextReader.Null, cancellationToken);
        // The cluster has a DNS server of its own.
        manifests = manifests with
        {
            Manifests = [.. manifests.Manifests.Where(manifest => manifest.Object.Metadata.Name != "dns")],
        };
        var (shop, _) = ClusterCompletion.ForLab(manifests);
        var expansion = ClusterExpansion.From(manifests, shop);
        var plan = ReachabilityPlan.For(shop, cluster.Lab.Outside.Addresses.Select(IpAddress.From), OutsidePorts.For(expansion.Snapshot));
        var evaluator = new VerdictEvaluator(expansion.Snapshot);
        var verdicts = plan.Paths.ToDictionary(path => path, path => evaluator.Evaluate(path.Connection));

        await KubectlAsync(["apply", "-f", "shop/namespaces.yaml"], cancellationToken);
        foreach (var pod in shop.Pods)
        {
            await ShopPods.RunAsync(cluster, pod, cancellationToken);
        }
        await using var probe = await ReachabilityProbe.StartAsync(cluster.Lab, plan);
        await ShowAsync(
            "Before: who reaches whom without policies, measured",
            plan,
            await SettleAsync(probe, _ => true, cancellationToken)
        );

        await KubectlAsync(["apply", "-f", "shop/policies.yaml"], cancellationToken);
        var applied = TimeProvider.System.GetTimestamp();
        var after = await SettleAsync(probe, path => verdicts[path].Allowed, cancellationToken);
        var settled = TimeProvider.System.GetElapsedTime(applied);
        var began = TimeProvider.System.GetTimestamp();
        after = await probe.MeasureAsync(cancellationToken);
        var took = TimeProvider.System.GetElapsedTime(began);
        await ShowAsync("After: the same connections, measured again", plan, after);
        await SayAsync(
            string.Create(CultureInfo.InvariantCulture, $"\nIn force at most {settled.TotalMilliseconds:0} ms after kubectl was back.")
        );
        var same = new ComparisonWriter(_console.Output).Write(after, verdicts, took);
        await KubectlAsync(["get", "defaultdenyprofiles.palisade.dev,clusternetworkpolicies.palisade.dev"], cancellationToken);

        var refused = !await KubectlAsync(["apply", "-f", "invalid/ip-blocks.yaml"], cancellationToken);

        await KubectlAsync(["delete", "-f", "shop/policies.yaml"], cancellationToken);
        var end = await SettleAsync(probe, _ => true, cancellationToken);
        var open = end.Count(item => item.Value.IsOpen);
        await SayAsync($"{open} of {end.Count} connections are open again.");
        return same && refused && open == end.Count ? ExitCode.Clean : ExitCode.Findings;
    }

    /// <summary>Measures until all is as expected, or patience is at its end; tells what was measured last.</summary>
    private static async Task<IReadOnlyDictionary<ReachabilityPath, ProbeResult>> SettleAsync(
        ReachabilityProbe probe,
        Func<ReachabilityPath, bool> expected,
        CancellationToken cancellationToken
    )
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var measured = await probe.MeasureAsync(cancellationToken);
            if (measured.All(item => item.Value.IsOpen == expected(item.Key)) || TimeProvider.System.GetElapsedTime(began) > Patience)
            {
                return measured;
            }
        }
    }

    /// <returns>Whether it succeeded.</returns>
    private async Task<bool> KubectlAsync(string[] arguments, CancellationToken cancellationToken)
    {
        await SayAsync($"\n$ kubectl {string.Join(' ', arguments)}");
        var paths = arguments.Select(argument =>
            argument.EndsWith(".yaml", StringComparison.Ordinal) ? Path.Join(Samples, argument) : argument
        );
        var validate = arguments[0] == "apply" ? "--validate=false" : "--v=0";
        var result = await cluster.TryKubectlAsync([.. paths, validate], cancellationToken);
        await SayAsync((result.Output + result.Error).TrimEnd());
        return result.ExitCode == 0;
    }

    private async Task ShowAsync(string heading, ReachabilityPlan plan, IReadOnlyDictionary<ReachabilityPath, ProbeResult> measured)
    {
        await SayAsync($"\n{heading}");
        var writer = new MatrixWriter(_console.Output);
        writer.Write(new ReachabilityMatrix(plan, measured.Select(item => KeyValuePair.Create(item.Key, item.Value.IsOpen))));
        writer.WriteLegend(familiesDiffer: false);
    }

    private Task SayAsync(string text) => _console.Output.Profile.Out.Writer.WriteLineAsync(text);
}
