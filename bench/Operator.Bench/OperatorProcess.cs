using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Palisade.Operator.Bench;

/// <summary>The operator's program, as it runs on a cluster.</summary>
internal sealed partial class OperatorProcess : IAsyncDisposable
{
    private const int Port = 18080;
    private readonly Process _process;
    private readonly HttpClient _http = new() { BaseAddress = new Uri($"http://127.0.0.1:{Port}") };

    private OperatorProcess(Process process) => _process = process;

    /// <summary>Starts the program and waits until its caches are filled and it leads.</summary>
    public static async Task<(OperatorProcess Operator, TimeSpan Took)> StartAsync(string kubeConfig)
    {
        var folder = Environment.GetEnvironmentVariable("PALISADE_BIN") ?? throw new InvalidOperationException("PALISADE_BIN is not set");
        var program = Path.Combine(folder, "operator", "palisade-operator");
        var start = new ProcessStartInfo(
            program,
            ["--kubeconfig", kubeConfig, "--metrics-port", Port.ToString(CultureInfo.InvariantCulture), "--namespace", "kube-system"]
        );
        var began = Stopwatch.GetTimestamp();
        var started = new OperatorProcess(Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start"));
        while (!await started.LeadsAsync())
        {
            await Task.Delay(20);
        }

        return (started, Stopwatch.GetElapsedTime(began));
    }

    /// <summary>Resident memory now, in bytes.</summary>
    public long ResidentBytes()
    {
        _process.Refresh();
        return _process.WorkingSet64;
    }

    /// <summary>The most resident memory that it had so far, in bytes.</summary>
    public long PeakBytes()
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(text => text.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(':')[1].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) * 1024;
    }

    /// <summary>Processor time used so far.</summary>
    public TimeSpan ProcessorTime()
    {
        _process.Refresh();
        return _process.TotalProcessorTime;
    }

    /// <summary>Sum of a metric's series whose labels contain a text.</summary>
    public async Task<double> MetricAsync(string name, string label = "")
    {
        var sum = 0.0;
        foreach (var line in (await _http.GetStringAsync("/metrics")).Split('\n'))
        {
            if (
                Series().Match(line) is { Success: true } match
                && match.Groups["name"].Value == name
                && match.Groups["labels"].Value.Contains(label, StringComparison.Ordinal)
            )
            {
                sum += double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture);
            }
        }

        return sum;
    }

    /// <summary>How many NetworkPolicies it wrote, or tried to.</summary>
    public Task<double> WritesAsync() => MetricAsync("palisade_operator_writes_total");

    /// <summary>Requests to the API server so far, those for the lease aside.</summary>
    public async Task<double> RequestsAsync() =>
        await MetricAsync("palisade_kubernetes_request_duration_seconds_count")
        - await MetricAsync("palisade_kubernetes_request_duration_seconds_count", "resource=\"leases");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // SIGTERM, as the kubelet does.
        using (var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
    }

    private async Task<bool> LeadsAsync()
    {
        try
        {
            return await MetricAsync("palisade_operator_leader") > 0 && (await _http.GetAsync("/readyz")).IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    [GeneratedRegex("""^(?<name>[a-z_]+)(\{(?<labels>.*)\})? (?<value>\S+)$""", RegexOptions.ExplicitCapture)]
    private static partial Regex Series();
}
