using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Palisade.Lab;

namespace Palisade.Agent.Bench;

/// <summary>The agent program in the network namespace of a node, with its metrics.</summary>
internal sealed class MeasuredAgent : IDisposable
{
    private const int Port = 9440;
    private readonly Process _process;
    private readonly HttpClient _client;

    public MeasuredAgent(LabHost node, string kubeconfig)
    {
        var directory =
            Environment.GetEnvironmentVariable("PALISADE_BIN")
            ?? throw new InvalidOperationException("PALISADE_BIN is not set; use hack/bench");
        var program = Path.Combine(directory, "agent", "palisade-agent");
        _process = node.Network.Start(
            new ProcessStartInfo(program, ["--node-name", node.Name, "--kubeconfig", kubeconfig]) { UseShellExecute = false }
        );
        _client = new HttpClient(
            new SocketsHttpHandler
            {
                ConnectCallback = async (_, cancellationToken) =>
                {
                    var socket = node.Network.CreateSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                    await socket.ConnectAsync(IPAddress.Loopback, Port, cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                },
            }
        )
        {
            BaseAddress = new Uri($"http://localhost:{Port}"),
        };
    }

    public ProcessMemory Memory() => ProcessMemory.Of(_process.Id);

    /// <summary>Processor time so far.</summary>
    public TimeSpan ProcessorTime()
    {
        _process.Refresh();
        return _process.TotalProcessorTime;
    }

    public async Task ReadyAsync()
    {
        var deadline = Stopwatch.StartNew();
        while (deadline.Elapsed < TimeSpan.FromMinutes(3))
        {
            try
            {
                using var response = await _client.GetAsync(new Uri("/readyz", UriKind.Relative));
                var text = await response.Content.ReadAsStringAsync();
                // The lab's nodes may lack br_netfilter; everything else must hold.
                if (
                    text.Split('\n')
                        .Where(line => line.StartsWith("[-]", StringComparison.Ordinal))
                        .All(line => line.Contains("bridge", StringComparison.Ordinal))
                )
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
            await Task.Delay(5);
        }
        throw new TimeoutException("the agent did not become ready");
    }

    /// <summary>Sum and count of a histogram.</summary>
    public async Task<(double Sum, long Count)> HistogramAsync(string name, string labels = "")
    {
        var text = await _client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        double Value(string suffix) =>
            text.Split('\n')
                .Where(line => line.StartsWith(name + suffix + labels + " ", StringComparison.Ordinal))
                .Select(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture))
                .FirstOrDefault();
        return (Value("_sum"), (long)Value("_count"));
    }

    public void Dispose()
    {
        _client.Dispose();
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
