using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Palisade.Testing;
using Palisade.Webhook.Hosting;

namespace Palisade.Webhook.Tests.Hosting;

/// <summary>The program itself: what becomes of requests when it is told to end.</summary>
public sealed class DrainTests(RunningWebhook certificates) : IClassFixture<RunningWebhook>
{
    private const int Senders = 8;

    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "palisade-webhook.dll");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Requests go on, as those of an API server, until some time after the pod was seen not ready.</summary>
    [Fact]
    public async Task Main_TerminatedUnderLoad_NotOneRequestFailsAndExitsWith0()
    {
        var (port, healthPort) = (FreePort(), FreePort());
        using var process = Start(port, healthPort);
        using var health = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{healthPort}") };
        await Eventually.TrueAsync(async () => await IsReadyAsync(health), Cancellation);
        using var removed = new CancellationTokenSource();
        var senders = Enumerable.Range(0, Senders).Select(_ => SendAsync(port, removed.Token)).ToList();

        await CommandResult.OfAsync("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)], Cancellation);
        await Eventually.TrueAsync(async () => !await IsReadyAsync(health), Cancellation);
        var sent = new int[Senders];
        await removed.CancelAsync();
        for (var i = 0; i < Senders; i++)
        {
            sent[i] = await senders[i];
        }

        await process.WaitForExitAsync(Cancellation);
        sent.ShouldAllBe(requests => requests > 0);
        process.ExitCode.ShouldBe(0);
    }

    /// <summary>Sends one request after the other, every second one over a new connection; throws when one fails.</summary>
    private async Task<int> SendAsync(int port, CancellationToken removed)
    {
        var address = new Uri($"https://127.0.0.1:{port}{WebhookApplication.Path}");
        var body = Reviews.Create(Reviews.ClusterNetworkPolicy, """{"namespaceSelector":{}}""").Bytes();
        using var kept = new HttpClient(certificates.Trusting());
        var sent = 0;
        do
        {
            using var fresh = new HttpClient(certificates.Trusting());
            foreach (var client in (HttpClient[])[kept, fresh])
            {
                using var content = new ByteArrayContent(body);
                content.Headers.ContentType = new("application/json");
                using var answer = await client.PostAsync(address, content, Cancellation);
                answer.EnsureSuccessStatusCode();
                sent++;
            }
        } while (!removed.IsCancellationRequested);

        return sent;
    }

    private static async Task<bool> IsReadyAsync(HttpClient health)
    {
        try
        {
            using var answer = await health.GetAsync(new Uri("/readyz", UriKind.Relative), Cancellation);
            return answer.StatusCode == HttpStatusCode.OK;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private Process Start(int port, int healthPort) =>
        Process.Start(
            new ProcessStartInfo(
                "dotnet",
                [
                    Program,
                    "--bind-address=127.0.0.1",
                    $"--port={port}",
                    $"--metrics-port={healthPort}",
                    $"--cert-dir={certificates.CertDirectory}",
                    "--impact-warnings=false",
                    "--log-level=Error",
                    "--shutdown-delay=10s",
                ]
            )
        )!;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
