using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Palisade.Webhook.Bench;

/// <summary>The program of the image on one core, with certificates of its own, watching a cluster.</summary>
internal sealed class WebhookProcess : IAsyncDisposable
{
    private const int Port = 29443;
    private const int HealthPort = 28080;

    private readonly Process _process;

    private WebhookProcess(string kubeConfig, bool withImpact)
    {
        var bin =
            Environment.GetEnvironmentVariable("PALISADE_BIN")
            ?? throw new InvalidOperationException("PALISADE_BIN is not set; use hack/bench");
        string[] arguments =
        [
            "-c",
            "0",
            Path.Combine(bin, "webhook", "palisade-webhook"),
            "--bind-address=127.0.0.1",
            $"--port={Port}",
            $"--metrics-port={HealthPort}",
            $"--kubeconfig={kubeConfig}",
            "--dns-name=127.0.0.1",
            $"--impact-warnings={(withImpact ? "true" : "false")}",
            "--log-level=Warning",
            "--shutdown-delay=0s",
        ];
        _process =
            Process.Start(new ProcessStartInfo("taskset", arguments)) ?? throw new InvalidOperationException("taskset did not start");
    }

    /// <summary>Speaks HTTP/2 as the API server does.</summary>
    public HttpClient Client { get; private set; } = null!;

    /// <summary>From the start of the process until /readyz was 200.</summary>
    public TimeSpan ReadyAfter { get; private set; }

    public static async Task<WebhookProcess> StartAsync(BenchCluster cluster, bool withImpact = true)
    {
        var start = Stopwatch.GetTimestamp();
        var webhook = new WebhookProcess(cluster.KubeConfig, withImpact);
        while (!await webhook.IsReadyAsync())
        {
            await Task.Delay(10);
        }

        webhook.ReadyAfter = Stopwatch.GetElapsedTime(start);
        webhook.Client = new HttpClient(Trusting(await cluster.CaBundleAsync()))
        {
            BaseAddress = new Uri($"https://127.0.0.1:{Port}/validate"),
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        return webhook;
    }

    /// <summary>Resident memory in MB: all of it, and that part which is no mapped file of the runtime.</summary>
    public async Task<string> MemoryAsync()
    {
        var lines = await File.ReadAllLinesAsync($"/proc/{_process.Id}/status");
        return string.Create(CultureInfo.InvariantCulture, $"{Megabytes("VmRSS:"):0} ({Megabytes("RssAnon:") + Megabytes("RssShmem:"):0})");

        double Megabytes(string field)
        {
            var line = lines.First(line => line.StartsWith(field, StringComparison.Ordinal));
            return double.Parse(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture)
                * 1024
                / 1e6;
        }
    }

    /// <summary>Processor time the program has used so far.</summary>
    public TimeSpan ProcessorTime()
    {
        _process.Refresh();
        return _process.TotalProcessorTime;
    }

    public static Task<string> MetricsAsync() => Health("/metrics");

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<string> Health(string path)
    {
        using var client = new HttpClient();
        return await client.GetStringAsync(new Uri($"http://127.0.0.1:{HealthPort}{path}"));
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            await Health("/readyz");
            return true;
        }
        catch (HttpRequestException) when (!_process.HasExited)
        {
            return false;
        }
    }

    private static SocketsHttpHandler Trusting(string authorities)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPem(authorities);
        return new() { SslOptions = { CertificateChainPolicy = policy } };
    }
}
