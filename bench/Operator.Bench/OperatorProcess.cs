using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Palisade.Operator.Bench;

/// <summary>The operator's program, as it runs on a cluster.</summary>
internal sealed partial class OperatorProcess : IAsyncDisposable
{
    private static int _ports = 18080;
    private readonly Process _process;
    private readonly HttpClient _http;

    private OperatorProcess(Process process, string port) =>
        (_process, _http) = (process, new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") });

    /// <summary>Its number.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Starts the program and waits until its caches are filled and it leads.</summary>
    public static async Task<(OperatorProcess Operator, TimeSpan Took)> StartAsync(string kubeConfig)
    {
        var began = Stopwatch.GetTimestamp();
        var started = await StartReplicaAsync(kubeConfig);
        while (!await started.LeadsAsync())
        {
            await Task.Delay(20);
        }

        return (started, Stopwatch.GetElapsedTime(began));
    }

    /// <summary>Starts the program and waits until its caches are filled.</summary>
    public static async Task<OperatorProcess> StartReplicaAsync(string kubeConfig)
    {
        var directory =
            Environment.GetEnvironmentVariable("PALISADE_BIN") ?? throw new InvalidOperationException("PALISADE_BIN is not set");
        var program = Path.Combine(directory, "operator", "palisade-operator");
        var port = Interlocked.Increment(ref _ports).ToString(CultureInfo.InvariantCulture);
        var start = new ProcessStartInfo(program, ["--kubeconfig", kubeConfig, "--metrics-port", port, "--namespace", "kube-system"]);
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start");
        var started = new OperatorProcess(process, port);
        while (!await started.IsReadyAsync())
        {
            await Task.Delay(20);
        }

        return started;
    }

    /// <summary>Ends it as a crash would.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Tells it to end, as the kubelet does, and does not wait.</summary>
    public async Task TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
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
                line.StartsWith(name, StringComparison.Ordinal)
                && Series().Match(line) is { Success: true } match
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
        if (!_process.HasExited)
        {
            await TerminateAsync();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
    }

    private async Task<bool> LeadsAsync() => await MetricAsync("palisade_operator_leader") > 0;

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await _http.GetAsync("/readyz");
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false; // It does not listen yet.
        }
    }

    [GeneratedRegex("""^(?<name>[a-z_]+)(\{(?<labels>.*)\})? (?<value>\S+)$""", RegexOptions.ExplicitCapture)]
    private static partial Regex Series();
}
