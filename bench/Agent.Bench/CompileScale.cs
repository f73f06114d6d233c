using System.Diagnostics;
using System.Globalization;
using Palisade.Dataplane;
using Palisade.Dataplane.Kernel;
using Palisade.Dataplane.Planning;
using Palisade.Policy.Net;

namespace Palisade.Agent.Bench;

/// <summary>How long compiling and planning take, without kernel and API server, as a cluster grows.</summary>
internal static class CompileScale
{
    private const int LocalPods = 110;
    private const int Relabels = 200;

    public static void Measure(Report report, int namespaces, int policies)
    {
        var cluster = new MadeCluster(namespaces, policies, LocalPods);
        var what = string.Create(CultureInfo.InvariantCulture, $"{namespaces * MadeCluster.PodsPerNamespace} pods, {policies} policies");
        var snapshot = cluster.Snapshot();
        var full = Time(() => PolicyCompiler.Compile(snapshot, MadeCluster.Node, DataplaneOptions.Default));
        var target = policies > 10_000 ? 3 : 0.1;
        report.Add(
            $"{what}: full compile, the process's first of this size",
            Report.Milliseconds(full),
            $"target {target * 1000} ms, later ones"
        );
        full = Enumerable.Range(0, 5).Min(_ => Time(() => PolicyCompiler.Compile(snapshot, MadeCluster.Node, DataplaneOptions.Default)));
        report.Add($"{what}: full compile, later, best of 5", full, target, "It is work of one processor.");

        var compiler = new PolicyCompiler(MadeCluster.Node, DataplaneOptions.Default);
        var kernel = KernelState.Empty(IpFamily.IPv4, IpFamily.IPv6);
        Settle(compiler.Compile(snapshot), kernel);
        var (compiles, plans) = (new List<double>(), new List<double>());
        for (var i = 0; i < Relabels; i++)
        {
            cluster.Relabel(i % 50);
            snapshot = cluster.Snapshot();
            var ruleset = new Ruleset();
            compiles.Add(Time(() => ruleset = compiler.Compile(snapshot)));
            plans.Add(Time(() => Settle(ruleset, kernel)));
        }

        report.Add(
            $"{what}: compile after one pod was relabelled",
            Report.Quantiles(compiles),
            $"full compile: {Report.Milliseconds(full)}"
        );
        report.Add($"{what}: plan after that", Report.Quantiles(plans), "");
        using var self = Process.GetCurrentProcess();
        var memory = self.PeakWorkingSet64 / 1e6;
        report.Add(
            $"{what}: memory of this process, at most so far",
            string.Create(CultureInfo.InvariantCulture, $"{memory:F0} MB resident"),
            "the cluster, the kernel's mirror and all of the above; target at 100,000 pods 800 MB"
        );
        report.Judge(
            $"{what}: memory",
            memory,
            800,
            "MB",
            "The cluster itself and the compiler's memory of it, and what waits to be collected."
        );
    }

    private static void Settle(Ruleset ruleset, KernelState kernel)
    {
        for (var plan = ApplyPlanner.Plan(ruleset, kernel); !plan.IsEmpty; plan = ApplyPlanner.Plan(ruleset, kernel))
        {
            foreach (var step in plan.Steps)
            {
                kernel.Apply(step);
            }
        }
    }

    private static double Time(Action action)
    {
        var began = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }
}
