using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Palisade.Testing;

namespace Palisade.Webhook.Tests;

/// <summary>The program in a process of its own.</summary>
internal sealed class WebhookProcess : IAsyncDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "palisade-webhook.dll");
    private readonly Process _process;

    private WebhookProcess(Process process) => _process = process;

    /// <summary>Starts it on free ports of loopback.</summary>
    public static WebhookProcess Start(params string[] flags) => Start(new Dictionary<string, string>(StringComparer.Ordinal), flags);

    /// <summary>Starts it on free ports of loopback, with more environment.</summary>
    public static WebhookProcess Start(IReadOnlyDictionary<string, string> environment, params string[] flags)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            [Program, "--bind-address=127.0.0.1", $"--port={FreePort()}", $"--metrics-port={FreePort()}", "--shutdown-delay=0s", .. flags]
        );
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new(Process.Start(start)!);
    }

    /// <summary>Tells it to end, as the kubelet does, and waits for that.</summary>
    /// <returns>Exit code.</returns>
    public async Task<int> TerminateAsync(CancellationToken cancellationToken)
    {
        await CommandResult.OfAsync("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)], cancellationToken);
        return await EndAsync(cancellationToken);
    }

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
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
