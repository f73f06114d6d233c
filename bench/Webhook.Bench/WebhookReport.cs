using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Palisade.Models;
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

    public static async Task<string> MeasureAsync(TimeSpan duration)
    {
        var load = LoadAverage();
        await using var webhook = await WebhookProcess.StartAsync();
        await Load.RunAsync(webhook.Client, ReviewBodies.Realistic("CREATE"), Rate, TimeSpan.FromSeconds(5));
        var (baseline, baselineInside, baselineProcessor) = await MeasureAsync(webhook, "CONNECT", duration);
        var (judged, judgedInside, judgedProcessor) = await MeasureAsync(webhook, "CREATE", duration);
        var memory = await webhook.MemoryAsync();
        var (large, findings) = MeasureLarge();
        var (alone, foreseen) = (LargeCluster.Measure(new UnknownCluster()), LargeCluster.Measure(new LargeCluster()));

        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"# Webhook\n\n`hack/bench Webhook`: {Rate} requests/s for {duration.TotalSeconds:0} s over HTTPS and HTTP/2, "
        );
        text.Append(
            "the program held to one core; no request failed. The baseline is the same bodies read, parsed and answered, but not judged.\n\n"
        );
        text.Append(
            CultureInfo.InvariantCulture,
            $"Machine: {Environment.ProcessorCount} cores ({Processor()}), {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}; load average before the run {load}.\n"
        );
        text.Append(
            "The program measures from the first byte of a request to its verdict, in buckets; the client from the moment a request was due.\n\n"
        );
        text.Append("| | baseline | judged | ratio | target |\n|---|---:|---:|---:|---:|\n");
        Row(text, "processor time a request, ms", baselineProcessor, judgedProcessor, "");
        Row(text, "p50 in the client, ms", Quantile(baseline, 0.5), Quantile(judged, 0.5), "");
        Row(text, "p99 in the client, ms", Quantile(baseline, 0.99), Quantile(judged, 0.99), "");
        text.Append(
            CultureInfo.InvariantCulture,
            $"| p99 in the program, ms | ≤ {baselineInside.Quantile(0.99)} | ≤ {judgedInside.Quantile(0.99)} | | ≤ 5 |\n"
        );
        text.Append(
            CultureInfo.InvariantCulture,
            $"| within 5 ms in the program | {baselineInside.ShareWithin(0.005):P2} | {judgedInside.ShareWithin(0.005):P2} | | ≥ 99 % |\n"
        );
        text.Append(
            CultureInfo.InvariantCulture,
            $"\n| | measured | target |\n|---|---:|---:|\n| start to ready, s | {webhook.ReadyAfter.TotalSeconds:0.00} | ≤ 2 |\n"
        );
        text.Append(
            CultureInfo.InvariantCulture,
            $"| resident memory after the load, MB (without mapped files) | {memory.All:0} ({memory.Anonymous:0}) | ≤ 100 |\n"
        );
        text.Append(
            CultureInfo.InvariantCulture,
            $"| {LargePeers} peers x {LargeExcepts} excepts validated, median processor time, ms | {large:0.0} ({findings} findings) | ≤ 20 |\n"
        );
        text.Append(
            CultureInfo.InvariantCulture,
            $"| a policy judged with 10,000 namespaces and 100,000 pods known, median and p99, ms (with none known) | {Quantile(foreseen, 0.5):0.00}, {Quantile(foreseen, 0.99):0.00} ({Quantile(alone, 0.5):0.00}, {Quantile(alone, 0.99):0.00}) | ≤ 10 |\n"
        );
        return text.ToString();
    }

    private static async Task<(IReadOnlyList<double> Client, DurationHistogram Inside, double Processor)> MeasureAsync(
        WebhookProcess webhook,
        string operation,
        TimeSpan duration
    )
    {
        var before = DurationHistogram.Parse(await WebhookProcess.MetricsAsync());
        var used = webhook.ProcessorTime();
        var times = await Load.RunAsync(webhook.Client, ReviewBodies.Realistic(operation), Rate, duration);
        var processor = (webhook.ProcessorTime() - used).TotalMilliseconds / times.Count;
        return (times, DurationHistogram.Parse(await WebhookProcess.MetricsAsync()).Since(before), processor);
    }

    private static (double Milliseconds, int Findings) MeasureLarge()
    {
        using var document = JsonDocument.Parse(ReviewBodies.Large(LargePeers, LargeExcepts));
        var policy = document
            .RootElement.GetProperty("request")
            .GetProperty("object")
            .Deserialize(ModelsJsonContext.Default.ClusterNetworkPolicy)!;
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

    private static void Row(StringBuilder text, string name, double baseline, double judged, string target) =>
        text.Append(CultureInfo.InvariantCulture, $"| {name} | {baseline:0.00} | {judged:0.00} | {judged / baseline:0.0} | {target} |\n");

    private static double Quantile(IReadOnlyList<double> ascending, double share) => ascending[(int)(share * (ascending.Count - 1))];

    private static string LoadAverage() => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    private static string Processor() =>
        File.ReadLines("/proc/cpuinfo")
            .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
            ?.Split(':')[1]
            .Trim()
        ?? "unknown";
}
