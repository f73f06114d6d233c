using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Palisade.Kubernetes.Client;
using Palisade.Testing;
using Palisade.Webhook.Certificates;
using Palisade.Webhook.Hosting;

namespace Palisade.Webhook.Tests.Cluster;

/// <summary>The whole program with certificates of its own, registered at a real API server by config/webhook.</summary>
public sealed partial class RegisteredWebhook : IAsyncDisposable
{
    public const string ConfigurationName = "palisade";

    /// <summary>Taken by the API server, and warned of by the webhook.</summary>
    private const string Suspicious = """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: suspicious, namespace: shop}
        spec: {podSelector: {}, policyTypes: [Ingress, Ingress]}
        """;

    private readonly ClusterFixture _cluster;
    private readonly WebApplication _app;

    private RegisteredWebhook(ClusterFixture cluster, WebApplication app)
    {
        _cluster = cluster;
        _app = app;
        Health = new HttpClient { BaseAddress = Address("http") };
    }

    public HttpClient Health { get; }

    /// <summary>Options for a webhook that the API server reaches by address.</summary>
    public static WebhookOptions Options { get; } =
        new()
        {
            BindAddress = IPAddress.Loopback,
            Port = 0,
            MetricsPort = 0,
            DnsNames = ["127.0.0.1"],
            LogLevel = LogLevel.Error,
            ShutdownDelay = TimeSpan.Zero,
            Lifetimes = new() { Interval = TimeSpan.FromMilliseconds(100) },
        };

    /// <summary>Starts the program; it is not registered yet.</summary>
    public static async Task<RegisteredWebhook> StartAsync(ClusterFixture cluster, WebhookOptions? options = null)
    {
        var app = WebhookApplication.Create(options ?? Options, cluster.Server.Client, TimeProvider.System);
        app.Services.GetService<FileCertificates>()?.Load();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new RegisteredWebhook(cluster, app);
    }

    /// <summary>Starts the program, registers it and waits until it is ready and called.</summary>
    public static async Task<RegisteredWebhook> StartReadyAsync(ClusterFixture cluster, WebhookOptions? options = null)
    {
        var webhook = await StartAsync(cluster, options);
        await webhook.RegisterAsync();
        await webhook.WaitUntilReadyAsync();
        await webhook.WaitUntilCalledAsync();
        return webhook;
    }

    /// <summary>Applies the configuration of config/webhook with this program's address in place of the Service.</summary>
    public async Task RegisterAsync()
    {
        var file = Path.Combine(Repository.Root, "config", "webhook", "validating-webhook-configuration.yaml");
        var text = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        var here = new Uri(Address("https"), WebhookApplication.Path);
        var result = await _cluster.ApplyAsync(ServiceReference().Replace(text, $"url: {here}\n"));
        result.ExitCode.ShouldBe(0, result.Error);
    }

    public async Task WaitUntilReadyAsync() =>
        await Eventually.TrueAsync(async () => (await ReadyAsync()).Code == HttpStatusCode.OK, TestContext.Current.CancellationToken);

    /// <summary>Waits until the API server has read the registration: until then it lets NetworkPolicies pass.</summary>
    public async Task WaitUntilCalledAsync() =>
        await Eventually.TrueAsync(
            async () => (await _cluster.ApplyAsync(Suspicious, "--dry-run=server")).Error.Contains("[PAL025]", StringComparison.Ordinal),
            TestContext.Current.CancellationToken
        );

    /// <summary>Thumbprint of the certificate that a new connection gets.</summary>
    public async Task<string> ServedAsync()
    {
        using var socket = new TcpClient();
        var address = Address("https");
        await socket.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        // Whom the API server trusts is not the question here.
        await using var tls = new SslStream(
            socket.GetStream(),
            leaveInnerStreamOpen: false,
            (_, certificate, _, _) => certificate is not null
        );
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = address.Host },
            TestContext.Current.CancellationToken
        );
        return tls.RemoteCertificate!.GetCertHashString();
    }

    public async Task<(HttpStatusCode Code, string Text)> ReadyAsync()
    {
        using var answer = await Health.GetAsync(new Uri("/readyz", UriKind.Relative), TestContext.Current.CancellationToken);
        return (answer.StatusCode, (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).TrimEnd());
    }

    /// <summary>Ends the program; its registration stays.</summary>
    public Task StopAsync() => _app.StopAsync(TestContext.Current.CancellationToken);

    public Uri Address(string scheme) =>
        _app
            .Services.GetRequiredService<IServer>()
            .Features.Get<IServerAddressesFeature>()!
            .Addresses.Select(address => new Uri(address))
            .First(address => address.Scheme == scheme);

    public async ValueTask DisposeAsync()
    {
        Health.Dispose();
        await _cluster.Server.Client.DeleteAsync<V1ValidatingWebhookConfiguration>(new(ConfigurationName));
        // The API server calls it until it has read that, and the next test would meet a webhook that is gone.
        await Eventually.TrueAsync(PassesAsync, CancellationToken.None, "the API server calls the webhook no more");
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task<bool> PassesAsync()
    {
        var invalid = new ClusterNetworkPolicy
        {
            Metadata = new() { Name = "unregistered" },
            Spec =
            {
                NamespaceSelector = new(),
                Ingress = [new() { FromProperty = [new() { IpBlock = new() { Cidr = "172.17.0.0/33" } }] }],
            },
        };
        try
        {
            await _cluster.Server.Client.ApplyAsync(invalid, new ApplyOptions("test") { DryRun = true });
            return true;
        }
        catch (KubernetesException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"service:\n(      .*\n)+", RegexOptions.ExplicitCapture)]
    private static partial Regex ServiceReference();
}
