using System.Globalization;
using System.Text;

namespace Palisade.Agent.Bench;

/// <summary>The report: figures, each beside what it is to be compared with, and the targets that they miss.</summary>
internal sealed class Report
{
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _missed = new();

    public Report(int pods, int policies, int localPods) =>
        _text.Append(
            CultureInfo.InvariantCulture,
            $"""
            # The agent

            `hack/bench Agent`: the agent program of the image, compiled ahead, on a node of the lab with {localPods} pods, in a cluster of {pods} pods
            and {policies} policies, against a real kube-apiserver on the same machine ({Environment.ProcessorCount} cores, {KernelVersion()}, load average
            {File.ReadAllText("/proc/loadavg").Split(' ')[0]} when it began: etcd, the API server and whatever else runs share the cores, so
            that the figures are upper bounds). Rows that begin with a number of pods are of a process that only compiles, just in time.

            | what | measured | baseline in the same run, or target |
            |---|---|---|

            """
        );

    public void Add(string what, string measured, string baseline) =>
        _text.Append(CultureInfo.InvariantCulture, $"| {what} | {measured} | {baseline} |\n");

    /// <summary>Adds a duration that has a target.</summary>
    /// <param name="what">What took so long.</param>
    /// <param name="seconds">How long.</param>
    /// <param name="target">How long it may take, in seconds.</param>
    /// <param name="cause">Why it takes longer where it does; true of any run.</param>
    public void Add(string what, double seconds, double target, string cause)
    {
        Add(what, Milliseconds(seconds), $"target {target * 1000} ms");
        Judge(what, seconds * 1000, target * 1000, "ms", cause);
    }

    /// <summary>Adds durations whose median and 99th percentile have targets.</summary>
    public void Add(string what, List<double> seconds, (double Median, double Slow) target, string baseline, string cause)
    {
        Add(what, Quantiles(seconds), $"{baseline}target p50 {target.Median * 1000} ms, p99 {target.Slow * 1000} ms");
        Judge($"{what}, p50", Quantile(seconds, 50) * 1000, target.Median * 1000, "ms", cause);
        Judge($"{what}, p99", Quantile(seconds, 99) * 1000, target.Slow * 1000, "ms", cause);
    }

    /// <summary>Says so at the end when a figure is above its target.</summary>
    public void Judge(string what, double measured, double target, string unit, string cause)
    {
        if (measured > target)
        {
            _missed.Append(
                CultureInfo.InvariantCulture,
                $"- {what}: {measured:0.##} {unit} instead of {target:0.##}, {(measured / target) - 1:P0} over. {cause}\n"
            );
        }
    }

    public void Write(string path) =>
        File.WriteAllText(path, $"{_text}\n## What is missed, and why\n\n{(_missed.Length > 0 ? _missed : "Nothing in this run.\n")}");

    public static string Quantiles(List<double> seconds) =>
        $"p50 {Milliseconds(Quantile(seconds, 50))}, p99 {Milliseconds(Quantile(seconds, 99))}";

    public static string Milliseconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1000:F1} ms");

    public static double Mean((double Sum, long Count) before, (double Sum, long Count) after) =>
        (after.Sum - before.Sum) / (after.Count - before.Count);

    private static double Quantile(List<double> seconds, int percent) => seconds.Order().ElementAt(seconds.Count * percent / 100);

    private static string KernelVersion() => "Linux " + string.Join('.', File.ReadAllText("/proc/sys/kernel/osrelease").Split('.').Take(2));
}
