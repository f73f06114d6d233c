using System.Diagnostics;
using System.Globalization;
using System.Net.NetworkInformation;
using System.Text.RegularExpressions;
using Palisade.Testing;

namespace Palisade.Operator.Tests.Cluster;

/// <summary>The program in a process of its own, as a replica on a cluster.</summary>
internal sealed partial class OperatorProgram : IAsyncDisposable
{
    /// <summary>Path of the program.</summary>
    public static readonly string File = Path.Combine(AppContext.BaseDirectory, "palisade-operator.dll");

    private static int _ports;
    private readonly Process _process;
    private readonly HttpClient _http;

    private OperatorProgram(Process process, string name, int port) =>
        (_process, Name, _http) = (
            process,
            name,
            new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")) }
        );

    /// <summary>Name of the pod that it believes to be in: its identity begins with it.</summary>
    public string Name { get; }

    /// <summary>Starts a replica; it competes for the Lease in a namespace.</summary>
    public static OperatorProgram Start(string kubeConfig, string leaseNamespace, IReadOnlyDictionary<string, string>? environment = null)
    {
        var (name, port) = (OperatorCluster.Unique("replica"), FreePort());
        var start = new ProcessStartInfo(
            "dotnet",
            [File, "--kubeconfig", kubeConfig, "--namespace", leaseNamespace, "--metrics-port", port.ToString(CultureInfo.InvariantCulture)]
        )
        {
            UseShellExecute = false,
        };
        start.Environment["POD_NAME"] = name;
        foreach (var (variable, value) in environment ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            start.Environment[variable] = value;
        }

        return new OperatorProgram(Process.Start(start)!, name, port);
    }

    /// <summary>Waits until it is ready: its caches are full.</summary>
    public Task ReadyAsync(CancellationToken cancellationToken) =>
        Eventually.TrueAsync(
            async () => (await TryGetAsync("/readyz", cancellationToken))?.Contains("not ok", StringComparison.Ordinal) == false,
            cancellationToken
        );

    /// <summary>Whether it says that it writes.</summary>
    public async Task<bool> LeadsAsync(CancellationToken cancellationToken) =>
        (await SeriesAsync("palisade_operator_leader", cancellationToken)).Any(one => one.Value > 0);

    /// <summary>Whether it says that it does not write.</summary>
    public async Task<bool> WaitsAsync(CancellationToken cancellationToken) =>
        (await SeriesAsync("palisade_operator_leader", cancellationToken)).Any(one => one.Value is 0);

    /// <summary>The series of a metric: labels and values.</summary>
    public async Task<IReadOnlyList<(string Labels, double Value)>> SeriesAsync(string name, CancellationToken cancellationToken) =>
        [
            .. (await TryGetAsync("/metrics", cancellationToken) ?? "")
                .Split('\n')
                .Select(line => Series().Match(line))
                .Where(match => match.Success && match.Groups["name"].Value == name)
                .Select(match => (match.Groups["labels"].Value, double.Parse(match.Groups["value"].Value, CultureInfo.InvariantCulture))),
        ];

    /// <summary>Ends it as a crash would.</summary>
    public async Task KillAsync(CancellationToken cancellationToken)
    {
        _process.Kill();
        await _process.WaitForExitAsync(cancellationToken);
    }

    /// <summary>Tells it to end, as the kubelet does, and does not wait.</summary>
    public Task TerminateAsync(CancellationToken cancellationToken) =>
        CommandResult.OfAsync("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)], cancellationToken);

    /// <summary>Waits for its end.</summary>
    /// <returns>Exit code.</returns>
    public async Task<int> EndAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
        _http.Dispose();
    }

    private async Task<string?> TryGetAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _http.GetAsync(path, cancellationToken);
            return await answer.Content.ReadAsStringAsync(cancellationToken);
        }
        catch (HttpRequestException)
        {
            return null; // It does not listen yet, or no more.
        }
    }

    // Below the kernel's range of ephemeral ports, so that no connection of another test comes to have it before the program does.
    private static int FreePort()
    {
        var taken = IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Select(listener => listener.Port).ToHashSet();
        return Enumerable.Range(1, 1000).Select(_ => 10_000 + Interlocked.Increment(ref _ports)).First(port => !taken.Contains(port));
    }

    [GeneratedRegex("""^(?<name>[a-z_]+)(\{(?<labels>.*)\})? (?<value>\S+)$""", RegexOptions.ExplicitCapture)]
    private static partial Regex Series();
}
