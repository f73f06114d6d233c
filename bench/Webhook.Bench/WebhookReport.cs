using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Palisade.Policy.Validation;
using Palisade.Webhook.Impact;

namespace Palisade.Webhook.Bench;

/// <summary>Measures the webhook beside a baseline: the same bodies read and answered, but not judged (operation CONNECT).</summary>
internal static class WebhookReport
{
    private const int Rate = 500;
    private const int LargePeers = 1000;
    private const int LargeExcepts = 100;
    private const int LargeRuns = 40;

    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);

    public static async Task<string> MeasureAsync(TimeSpan duration)
    {
        await using var cluster = await BenchCluster.StartAsync();
        var load = LoadAverage();
        var first = await MeasureFirstStartAsync(cluster);
        var aloneMemory = await MeasureAloneAsync(cluster);
        await using var webhook = await WebhookProcess.StartAsync(cluster);
        await Load.RunAsync(webhook.Client, ReviewBodies.Realistic("CREATE"), Rate, WarmUp);
        var baseline = await MeasureAsync(webhook, "CONNECT", duration);
        var judged = await MeasureAsync(webhook, "CREATE", duration);
        var memory = await webhook.MemoryAsync();

        var text = new StringBuilder(Heading(duration, load));
        Compare(text, baseline, judged);
        text.Append("\n| | measured | target |\n|---|---:|---:|\n");
        Row(text, "start to ready, s: the first, which makes the authority", $"{first.TotalSeconds:0.00}", "≤ 2");
        Row(text, "start to ready, s: any later one", $"{webhook.ReadyAfter.TotalSeconds:0.00}", "≤ 2");
        Row(text, "resident memory after the load, MB (without mapped files of the runtime)", memory, "≤ 100");
        Row(text, "the same with --impact-warnings=false, which watches nothing", aloneMemory, "≤ 100");
        var (large, findings) = MeasureLarge();
        Row(text, $"{LargePeers} peers x {LargeExcepts} excepts, median processor time, ms", $"{large:0.0} ({findings} findings)", "≤ 20");
        foreach (var namespaces in (int[])[1000, 10_000])
        {
            var times = LargeCluster.Measure(new LargeCluster(namespaces));
            var name = $"a policy judged with {namespaces} namespaces and {namespaces * LargeCluster.PodsEach} pods known: median, p99, ms";
            Row(text, name, $"{Quantile(times, 0.5):0.00}, {Quantile(times, 0.99):0.00}", "≤ 10");
        }

        var alone = LargeCluster.Measure(new UnknownCluster());
        Row(text, "the same without a cluster", $"{Quantile(alone, 0.5):0.00}, {Quantile(alone, 0.99):0.00}", "");
        return text.ToString();
    }

    private static async Task<TimeSpan> MeasureFirstStartAsync(BenchCluster cluster)
    {
        await using var webhook = await WebhookProcess.StartAsync(cluster);
        return webhook.ReadyAfter;
    }

    private static async Task<string> MeasureAloneAsync(BenchCluster cluster)
    {
        await using var webhook = await WebhookProcess.StartAsync(cluster, withImpact: false);
        await Load.RunAsync(webhook.Client, ReviewBodies.Realistic("CREATE"), Rate, WarmUp);
        return await webhook.MemoryAsync();
    }

    private static string Heading(TimeSpan duration, string load) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"""
            # Webhook

            `hack/bench Webhook`: {Rate} requests/s for {duration.TotalSeconds:0} s over HTTPS and HTTP/2, the program held to one core; no request
            failed. The program is that of the image, compiled ahead, with certificates of its own and impact warnings, beside a real API server
            with {BenchCluster.Namespaces} namespaces, as many NetworkPolicies, and {BenchCluster.Pods} pods. The baseline is the same bodies read, parsed and answered, but not
            judged.

            Machine: {Environment.ProcessorCount} cores ({Processor()}), {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, which also ran the client, etcd and the API
            server; load average before the run {load}.
            The program measures from the first byte of a request to its verdict, in buckets; the client from the moment a request was due.


            """
        );

    private static void Compare(StringBuilder text, Measured baseline, Measured judged)
    {
        text.Append("| | baseline | judged | ratio | target |\n|---|---:|---:|---:|---:|\n");
        Row(text, "processor time a request, ms", baseline.Processor, judged.Processor);
        Row(text, "p50 in the client, ms", Quantile(baseline.Client, 0.5), Quantile(judged.Client, 0.5));
        Row(text, "p99 in the client, ms", Quantile(baseline.Client, 0.99), Quantile(judged.Client, 0.99));
        text.Append(
            CultureInfo.InvariantCulture,
            $"| p99 in the program, ms | ≤ {baseline.Inside.Quantile(0.99)} | ≤ {judged.Inside.Quantile(0.99)} | | ≤ 5 |\n"
        );
        text.Append(
            CultureInfo.InvariantCulture,
            $"| within 5 ms in the program | {baseline.Inside.ShareWithin(0.005):P2} | {judged.Inside.ShareWithin(0.005):P2} | | ≥ 99 % |\n"
        );
    }

    private static async Task<Measured> MeasureAsync(WebhookProcess webhook, string operation, TimeSpan duration)
    {
        var before = DurationHistogram.Parse(await WebhookProcess.MetricsAsync());
        var used = webhook.ProcessorTime();
        var times = await Load.RunAsync(webhook.Client, ReviewBodies.Realistic(operation), Rate, duration);
        var processor = (webhook.ProcessorTime() - used).TotalMilliseconds / times.Count;
        return new(times, DurationHistogram.Parse(await WebhookProcess.MetricsAsync()).Since(before), processor);
    }

    private static (double Milliseconds, int Findings) MeasureLarge()
    {
        using var document = JsonDocument.Parse(ReviewBodies.Large(LargePeers, LargeExcepts));
        var policy = document
            .RootElement.GetProperty("request")
            .GetProperty("object")
            .Deserialize(ModelsJson.Contract<ClusterNetworkPolicy>())!;
        var findings = 0;
        var times = new List<double>();
        for (var i = 0; i < 2 * LargeRuns; i++)
        {
            var used = Environment.CpuUsage.TotalTime;
            findings = PolicyValidator.Validate(policy).Count;
            times.Add((Environment.CpuUsage.TotalTime - used).TotalMilliseconds);
        }

        // The first runs are compiled on the way.
        return (Quantile([.. times.Skip(LargeRuns).Order()], 0.5), findings);
    }

    private static void Row(StringBuilder text, string name, double baseline, double judged) =>
        text.Append(CultureInfo.InvariantCulture, $"| {name} | {baseline:0.00} | {judged:0.00} | {judged / baseline:0.0} | |\n");

    private static void Row(StringBuilder text, string name, string measured, string target) =>
        text.Append(CultureInfo.InvariantCulture, $"| {name} | {measured} | {target} |\n");

    private static double Quantile(IReadOnlyList<double> ascending, double share) => ascending[(int)(share * (ascending.Count - 1))];

    private static string LoadAverage() => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    private static string Processor() =>
        File.ReadLines("/proc/cpuinfo")
            .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            ?.Split(':')[1]
            .Trim()
        ?? "unknown";

    /// <summary>Of a run: the client's times in ms, the program's, and its processor time a request in ms.</summary>
    private sealed record Measured(IReadOnlyList<double> Client, DurationHistogram Inside, double Processor);
}
