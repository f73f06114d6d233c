using System.Globalization;
using System.Runtime.InteropServices;

namespace Palisade.Operator.Bench;

/// <summary>What was measured, as a page.</summary>
internal sealed class ScaleReport(int count)
{
    public TimeSpan BareCreate { get; set; }
    public TimeSpan BareChange { get; set; }
    public TimeSpan BareDelete { get; set; }
    public TimeSpan Create { get; set; }
    public TimeSpan Change { get; set; }
    public TimeSpan Delete { get; set; }
    public double WritesOfIdleChange { get; set; }
    public List<TimeSpan> Later { get; } = [];
    public double SteadyRequests { get; set; }
    public double SteadyProcessor { get; set; }
    public long IdleBytes { get; set; }
    public long ResidentBytes { get; set; }
    public long PeakBytes { get; set; }
    public TimeSpan Restart { get; set; }
    public long RestartBytes { get; set; }
    public long RestartPeakBytes { get; set; }
    public double WritesOfRestart { get; set; }
    public bool VersionUnchanged { get; set; }

    /// <summary>Writes the page.</summary>
    public string Write()
    {
        Later.Sort();
        FormattableString text = $"""
            # Operator

            Measured {TimeProvider.System.GetUtcNow():yyyy-MM-dd} on {Environment.ProcessorCount} cores ({RuntimeInformation.OSDescription.Trim()}), which also ran etcd and
            kube-apiserver; {count} namespaces, all selected. `hack/bench Operator` writes this page.
            The load average at the end was {Load()}; the benchmark by itself, with its servers, makes about 4. Above that others were at work too,
            and the shares are then only rough.

            ## Throughput

            Beside it a bare parallel writer: the same client, the same objects, 16 requests at once as the operator has, and nothing else; its
            mean of one run before the operator's and one after. Both were warm: each had written {count} objects before. Unlike the bare
            writer, the operator watches what it writes, which the API server must send and it must read. Its time runs from the custom
            resource's write until its status says Ready for every namespace (for the deletion: until every NetworkPolicy is removed; no
            garbage collector ran). The target is 90 %.

            | | bare writer | operator | operator's share of the bare throughput |
            |---|---|---|---|
            | create | {Rate(BareCreate)} | {Rate(Create)} | {Share(BareCreate, Create)} |
            | change | {Rate(BareChange)} | {Rate(Change)} | {Share(BareChange, Change)} |
            | delete | {Rate(BareDelete)} | {Rate(Delete)} | {Share(BareDelete, Delete)} |

            ## Latency, idleness, memory

            | | measured | target |
            |---|---|---|
            | a namespace created later has its NetworkPolicy after (median of {Later.Count}) | {Later[
                Later.Count / 2
            ].TotalMilliseconds:0} ms | 100 ms |
            | ... 95th percentile | {Later[Later.Count * 95 / 100].TotalMilliseconds:0} ms | |
            | writes after a change that alters nothing | {WritesOfIdleChange:0} | 0 |
            | requests in 30 s of steady state, the lease aside | {SteadyRequests:0} | 0 |
            | processor in steady state | {SteadyProcessor:0.0 %} of one core | |
            | resident memory before the first custom resource | {Megabytes(IdleBytes)} | |
            | resident memory with {2 * count} NetworkPolicies, after all of the above | {Megabytes(ResidentBytes)} | 150 MB |
            | ... the most at any time, while creating, changing and deleting | {Megabytes(PeakBytes)} | |
            | restart: from its start until it leads with full caches | {Restart.TotalSeconds:0.0} s | |
            | writes of the restart (NetworkPolicies and statuses) | {WritesOfRestart:0} | 0 |
            | ... and by the versions of all objects | {(VersionUnchanged ? "nothing was written" : "SOMETHING WAS WRITTEN")} | |
            | resident memory after the restart | {Megabytes(RestartBytes)} | 150 MB |
            | ... the most at any time, while reading the cluster | {Megabytes(RestartPeakBytes)} | 150 MB |

            """;
        return text.ToString(CultureInfo.InvariantCulture);
    }

    private string Rate(TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{count / time.TotalSeconds:0}/s ({time.TotalSeconds:0.0} s)");

    private static string Load() => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    private static string Share(TimeSpan bare, TimeSpan own) => string.Create(CultureInfo.InvariantCulture, $"{bare / own:0 %}");

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0} MB");
}
