using System.Globalization;
using System.Runtime.InteropServices;

namespace Palisade.Operator.Bench;

/// <summary>What was measured, as a page.</summary>
internal sealed class ScaleReport(int count)
{
    public IReadOnlyList<Round> Rounds { get; set; } = [];
    public double WritesOfIdleChange { get; set; }
    public List<TimeSpan> Later { get; } = [];
    public IReadOnlyDictionary<string, IReadOnlyList<TimeSpan>> Drift { get; set; } = null!;
    public (TimeSpan AfterKill, TimeSpan AfterTermination) Takeover { get; set; }
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
        return string.Join("\n", Speed(), LatencyIdlenessMemory());
    }

    private string Speed()
    {
        FormattableString text = $"""
            # Operator

            Measured {TimeProvider.System.GetUtcNow():yyyy-MM-dd} on {Environment.ProcessorCount} cores ({RuntimeInformation.OSDescription.Trim()}), which also ran etcd and
            kube-apiserver; {count} namespaces, all selected. `hack/bench Operator` writes this page.
            The load average at the end was {Load()}; the benchmark by itself, with its servers, makes about 4. Above that others were at work too,
            and the shares are then only rough.

            ## Throughput

            Beside it a bare parallel writer: the same client, the same objects, {Throughput.Parallel} requests at once as the operator has, and nothing else. Each
            has an etcd and a kube-apiserver of its own, and they take turns of {Throughput.Slice} namespaces, some seconds: on a machine that is slower in one
            minute than in the next, that is what makes them comparable. So the operator has a custom resource for each {Throughput.Slice}. Its time runs
            from the custom resource's write until its status says Ready for every namespace (for the deletion: until every NetworkPolicy is
            removed; no garbage collector ran). All was created, changed and deleted {Rounds.Count} times, after once that does not count. The target is 85 %.

            | mean of {Rounds.Count} | bare writer | operator | operator's share of the bare throughput | in each round |
            |---|---|---|---|---|
            {Row("create", phases => phases.Create)}
            {Row("change", phases => phases.Change)}
            {Row("delete", phases => phases.Delete)}

            Unlike the bare writer, the operator watches all NetworkPolicies: that is how it sees what others do to them. On a machine whose cores
            are all busy this has its price for every writer. Processor time of one write, in microseconds:

            | mean of {Rounds.Count} | etcd and kube-apiserver, for the bare writer | ... for the operator | bare writer itself | operator itself |
            |---|---|---|---|---|
            {UseRow("create", phases => phases.Create)}
            {UseRow("change", phases => phases.Change)}
            {UseRow("delete", phases => phases.Delete)}

            """;
        return text.ToString(CultureInfo.InvariantCulture);
    }

    private string LatencyIdlenessMemory()
    {
        FormattableString text = $"""
            ## Latency, idleness, memory

            | | measured | target |
            |---|---|---|
            | a namespace created later has its NetworkPolicy after (median of {Later.Count}) | {Percentile(Later, 50)} | 100 ms |
            | ... 95th percentile | {Percentile(Later, 95)} | |
            {DriftRows()}
            | nobody writes after the leader was killed, with a second replica (longest of 3) | {Takeover.AfterKill.TotalSeconds:0.0} s | 15 s |
            | ... after it was told to end (SIGTERM; longest of 3) | {Takeover.AfterTermination.TotalSeconds:0.0} s | 2 s |
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

    private string Row(string name, Func<Phases, Cost> phase)
    {
        FormattableString row =
            $"| {name} | {Rate(round => phase(round.Bare))} | {Rate(round => phase(round.Operator))} | {Mean(round => phase(round.Bare).Took.TotalSeconds) / Mean(round => phase(round.Operator).Took.TotalSeconds):0.0 %} | {Shares(phase)} |";
        return row.ToString(CultureInfo.InvariantCulture);
    }

    private string UseRow(string name, Func<Phases, Cost> phase)
    {
        FormattableString row =
            $"| {name} | {Use(round => phase(round.Bare).Used.Servers)} | {Use(round => phase(round.Operator).Used.Servers)} | {Use(round => phase(round.Bare).Used.Writers)} | {Use(round => phase(round.Operator).Used.Writers)} |";
        return row.ToString(CultureInfo.InvariantCulture);
    }

    private string Rate(Func<Round, Cost> cost)
    {
        var seconds = Mean(round => cost(round).Took.TotalSeconds);
        return string.Create(CultureInfo.InvariantCulture, $"{count / seconds:0}/s ({seconds:0.0} s)");
    }

    private string Shares(Func<Phases, Cost> phase) =>
        string.Join(", ", Rounds.Select(round => round.Share(phase).ToString("0 %", CultureInfo.InvariantCulture)));

    private string Use(Func<Round, TimeSpan> used) =>
        Mean(round => used(round).TotalMicroseconds / count).ToString("0", CultureInfo.InvariantCulture);

    private double Mean(Func<Round, double> value) => Rounds.Average(value);

    private static string Load() => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    private static string Percentile(IReadOnlyList<TimeSpan> sorted, int percent) =>
        string.Create(CultureInfo.InvariantCulture, $"{sorted[sorted.Count * percent / 100].TotalMilliseconds:0} ms");

    private string DriftRows() =>
        string.Join(
            '\n',
            Drift.Select(entry =>
                $"| a stamped NetworkPolicy that somebody has {entry.Key} is as it was after (median of {entry.Value.Count.ToString(CultureInfo.InvariantCulture)}) "
                + $"| {Percentile(entry.Value, 50)}, 95th percentile {Percentile(entry.Value, 95)} | 1 s |"
            )
        );

    private static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0} MB");
}
