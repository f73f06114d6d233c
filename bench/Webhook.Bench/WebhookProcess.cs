using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Palisade.Webhook.Bench;

/// <summary>The published program on one core, with a certificate in files.</summary>
internal sealed class WebhookProcess : IAsyncDisposable
{
    private const int Port = 29443;
    private const int HealthPort = 28080;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("palisade-bench-");
    private readonly Process _process;

    private WebhookProcess()
    {
        var certificate = WriteCertificate();
        var bin =
            Environment.GetEnvironmentVariable("PALISADE_BIN")
            ?? throw new InvalidOperationException("PALISADE_BIN is not set; use hack/bench");
        string[] arguments =
        [
            "-c",
            "0",
            Path.Combine(bin, "webhook", "palisade-webhook"),
            "--address=127.0.0.1",
            $"--port={Port}",
            $"--health-port={HealthPort}",
            $"--cert-dir={_folder.FullName}",
            "--impact-warnings=false",
            "--log-level=Warning",
            "--shutdown-delay=0s",
        ];
        _process =
            Process.Start(new ProcessStartInfo("taskset", arguments)) ?? throw new InvalidOperationException("taskset did not start");
        Client = new HttpClient(Handler(certificate))
        {
            BaseAddress = new Uri($"https://127.0.0.1:{Port}/validate"),
            DefaultRequestVersion = HttpVersion.Version20,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }

    /// <summary>Speaks HTTP/2 as the API server does.</summary>
    public HttpClient Client { get; }

    /// <summary>From the start of the process until /readyz was 200.</summary>
    public TimeSpan ReadyAfter { get; private set; }

    public static async Task<WebhookProcess> StartAsync()
    {
        var start = Stopwatch.GetTimestamp();
        var webhook = new WebhookProcess();
        while (!await webhook.IsReadyAsync())
        {
            await Task.Delay(10);
        }

        webhook.ReadyAfter = Stopwatch.GetElapsedTime(start);
        return webhook;
    }

    /// <summary>Resident memory in MB: all of it, and that part which is no mapped file of the runtime.</summary>
    public async Task<(double All, double Anonymous)> MemoryAsync()
    {
        var lines = await File.ReadAllLinesAsync($"/proc/{_process.Id}/status");
        return (Megabytes("VmRSS:"), Megabytes("RssAnon:"));

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
        Client.Dispose();
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
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

    private X509Certificate2 WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        var certificate = request.CreateSelfSigned(now.AddHours(-1), now.AddDays(1));
        File.WriteAllText(Path.Combine(_folder.FullName, "tls.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_folder.FullName, "tls.key"), key.ExportPkcs8PrivateKeyPem());
        return certificate;
    }

    private static SocketsHttpHandler Handler(X509Certificate2 trusted) =>
        new()
        {
            SslOptions =
            {
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    RevocationMode = X509RevocationMode.NoCheck,
                    CustomTrustStore = { trusted },
                },
            },
        };
}
