using System.Security.Cryptography.X509Certificates;
using System.Text;
using Palisade.Kubernetes.Client;
using Palisade.Webhook.Certificates;
using Palisade.Webhook.Hosting;

namespace Palisade.Webhook.Tests.Cluster;

[Collection(nameof(ClusterFixture))]
public sealed class RotationTests(ClusterFixture cluster)
{
    private const int Rotations = 2;
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Serve_AuthorityIsRenewedAgainAndAgain_NotOneCallFails()
    {
        var options = RegisteredWebhook.Options with
        {
            SecretName = "rotation-ca",
            // As short as the test is to be, and long enough for the API server of a busy machine to read each in time.
            Lifetimes = CertificateLifetimes.From(Life, Life) with
            {
                Interval = TimeSpan.FromMilliseconds(100),
            },
        };
        await using var webhook = await RegisteredWebhook.StartReadyAsync(cluster, options);
        // A second replica renews the same authority at the same time.
        var second = WebhookApplication.Create(options, cluster.Server.Client, TimeProvider.System);
        await second.StartAsync(Cancellation);
        await using var _ = second;

        var policy = new ClusterNetworkPolicy
        {
            Metadata = new() { Name = "rotation" },
            Spec = { NamespaceSelector = new() },
        };
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var calls = 0;
        while (seen.Count <= Rotations)
        {
            await cluster.Impatient.ApplyAsync(policy, new ApplyOptions("test") { DryRun = true }, Cancellation);
            await CallAsync(webhook, seen);
            calls++;
        }

        calls.ShouldBeGreaterThan(Rotations);
        await second.StopAsync(Cancellation);
    }

    [Theory]
    [InlineData("""{"data":null}""")]
    [InlineData("""{"data":{"ca.key":"bm9uc2Vuc2U="}}""")]
    public async Task Serve_SecretIsCorrupted_NotOneCallFails(string corruption)
    {
        var options = RegisteredWebhook.Options with
        {
            SecretName = $"corrupted-ca-{Guid.NewGuid():N}",
            Lifetimes = RegisteredWebhook.Options.Lifetimes with { Settling = TimeSpan.FromSeconds(3) },
        };
        await using var webhook = await RegisteredWebhook.StartReadyAsync(cluster, options);
        var policy = new ClusterNetworkPolicy
        {
            Metadata = new() { Name = "corrupted" },
            Spec = { NamespaceSelector = new() },
        };
        var before = await webhook.ServedAsync();

        await cluster.Server.KubectlAsync(
            ["patch", "secret", "-n", "palisade-system", options.SecretName, "--type=merge", "-p", corruption],
            Cancellation
        );

        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (await webhook.ServedAsync() == before)
        {
            await cluster.Impatient.ApplyAsync(policy, new ApplyOptions("test") { DryRun = true }, Cancellation);
            await CallAsync(webhook, seen);
        }

        await cluster.Impatient.ApplyAsync(policy, new ApplyOptions("test") { DryRun = true }, Cancellation);
        await CallAsync(webhook, seen);
    }

    /// <summary>A fresh connection, trusting what is published at this moment.</summary>
    private async Task CallAsync(RegisteredWebhook webhook, HashSet<string> seen)
    {
        var configuration = (await cluster.Server.Client.GetAsync<V1ValidatingWebhookConfiguration>("palisade", null, Cancellation))!;
        var published = new X509Certificate2Collection();
        published.ImportFromPem(Encoding.ASCII.GetString(configuration.Webhooks![0].ClientConfig!.CaBundle!));
        seen.Add(published[0].Thumbprint);
        using var handler = new SocketsHttpHandler
        {
            SslOptions =
            {
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
        };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(published);
        using var client = new HttpClient(handler);
        using var content = new ByteArrayContent(Reviews.Create(Reviews.ClusterNetworkPolicy, """{"namespaceSelector":{}}""").Bytes());
        content.Headers.ContentType = new("application/json");
        using var answer = await client.PostAsync(new Uri(webhook.Address("https"), WebhookApplication.Path), content, Cancellation);
        answer.EnsureSuccessStatusCode();
    }
}
