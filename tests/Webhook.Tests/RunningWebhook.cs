using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Palisade.Kubernetes.Client;
using Palisade.Webhook.Certificates;
using Palisade.Webhook.Hosting;

namespace Palisade.Webhook.Tests;

/// <summary>The whole program with a certificate in files, listening on free ports of the loopback address.</summary>
public sealed class RunningWebhook : IAsyncLifetime
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("palisade-webhook-");
    private X509Certificate2? _authority;
    private WebApplication? _app;

    public HttpClient Client { get; private set; } = null!;

    public HttpClient Health { get; private set; } = null!;

    public string CertDirectory => _directory.FullName;

    /// <summary>The API server whose objects the webhook watches for its warnings; none when there is none.</summary>
    public IKubernetesClient? Cluster { get; init; }

    internal IServiceProvider Services => _app!.Services;

    public async ValueTask InitializeAsync()
    {
        _authority = CertificateIssuer.CreateAuthority("test", TimeProvider.System.GetUtcNow(), new CertificateLifetimes());
        await WriteLeafAsync();
        var options = new WebhookOptions
        {
            BindAddress = IPAddress.Loopback,
            Port = 0,
            MetricsPort = 0,
            CertDirectory = CertDirectory,
            ImpactWarnings = Cluster is not null,
            LogLevel = LogLevel.Error,
            ShutdownDelay = TimeSpan.Zero,
            Lifetimes = new CertificateLifetimes { Interval = TimeSpan.FromMilliseconds(50) },
        };
        _app = WebhookApplication.Create(options, Cluster, TimeProvider.System);
        _app.Services.GetRequiredService<FileCertificates>().Load();
        await _app.StartAsync();
        Client = new HttpClient(Trusting()) { BaseAddress = Address("https") };
        Health = new HttpClient { BaseAddress = Address("http") };
    }

    /// <summary>Writes a new certificate from the same authority.</summary>
    public async Task WriteLeafAsync()
    {
        using var leaf = CertificateIssuer.IssueLeaf(
            _authority!,
            ["127.0.0.1"],
            TimeProvider.System.GetUtcNow(),
            new CertificateLifetimes()
        );
        using var key = leaf.GetECDsaPrivateKey()!;
        await SecretVolume.WriteAsync(
            CertDirectory,
            [
                new("tls.crt", Encoding.ASCII.GetBytes(leaf.ExportCertificatePem())),
                new("tls.key", Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem())),
            ]
        );
    }

    public Uri Address(string scheme) =>
        _app!
            .Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!
            .Addresses.Select(address => new Uri(address))
            .First(address => address.Scheme == scheme);

    public SocketsHttpHandler Trusting() =>
        new()
        {
            // A request that asks before it sends its body waits for the answer, however busy the machine.
            Expect100ContinueTimeout = Timeout.InfiniteTimeSpan,
            SslOptions =
            {
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    RevocationMode = X509RevocationMode.NoCheck,
                    CustomTrustStore = { _authority! },
                },
            },
        };

    public async Task<HttpResponseMessage> PostAsync(byte[] body, string? contentType = "application/json")
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = contentType is null ? null : MediaTypeHeaderValue.Parse(contentType);
        return await Client.PostAsync(new Uri(WebhookApplication.Path, UriKind.Relative), content, TestContext.Current.CancellationToken);
    }

    public async Task<AdmissionResponse> ReviewAsync(System.Text.Json.Nodes.JsonObject review)
    {
        using var answer = await PostAsync(review.Bytes());
        var body = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, body);
        return JsonSerializer.Deserialize(body, ModelsJson.Contract<AdmissionReview>())!.Response!;
    }

    public async ValueTask DisposeAsync()
    {
        Client?.Dispose();
        Health?.Dispose();
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }

        _authority?.Dispose();
        _directory.Delete(recursive: true);
    }
}
