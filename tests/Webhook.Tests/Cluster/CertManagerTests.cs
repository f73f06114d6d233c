using System.Security.Cryptography.X509Certificates;
using System.Text;
using Palisade.Kubernetes.Client;
using Palisade.Testing;
using Palisade.Webhook.Certificates;

namespace Palisade.Webhook.Tests.Cluster;

/// <summary>
/// The webhook of config/cert-manager. cert-manager's part is played: the Secret as its controller writes it, the caBundle as its injector
/// does; and the kubelet's, which mounts the Secret.
/// </summary>
[Collection(nameof(ClusterFixture))]
public sealed class CertManagerTests(ClusterFixture cluster) : IDisposable
{
    private const string SecretName = "palisade-webhook-tls";
    private const int Renewals = 3;

    private static readonly CertificateLifetimes Lifetimes = new();

    private readonly X509Certificate2 _root = CertificateIssuer.CreateAuthority("root", TimeProvider.System.GetUtcNow(), Lifetimes);
    private readonly DirectoryInfo _certs = Directory.CreateTempSubdirectory("palisade-certs-");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Serve_SecretOfCertManager_IsTrustedByTheApiServerAndFollowsRenewals()
    {
        await IssueAsync();
        await MountAsync();
        await using var webhook = await RegisteredWebhook.StartAsync(
            cluster,
            RegisteredWebhook.Options with
            {
                CertDirectory = _certs.FullName,
                ImpactWarnings = false,
            }
        );
        await webhook.RegisterAsync();
        await InjectAsync();
        await webhook.WaitUntilReadyAsync();
        await webhook.WaitUntilCalledAsync();

        for (var renewal = 0; renewal < Renewals; renewal++)
        {
            var before = await webhook.ServedAsync();
            await IssueAsync();
            await MountAsync();
            await Eventually.TrueAsync(
                async () =>
                {
                    // Fails when the API server's call does.
                    await ApplyDryAsync();
                    return await webhook.ServedAsync() != before;
                },
                Cancellation
            );
        }

        (await webhook.ServedAsync()).ShouldBe(
            X509Certificate2.CreateFromPem(Encoding.ASCII.GetString((await ReadAsync()).Data!["tls.crt"])).Thumbprint
        );
        await webhook.StopAsync();
        await Should.ThrowAsync<KubernetesException>(ApplyDryAsync);
    }

    public void Dispose()
    {
        _root.Dispose();
        _certs.Delete(recursive: true);
    }

    /// <summary>cert-manager writes the certificate, its key in the form that is OpenSSL's own, and the authority that signed.</summary>
    private async Task IssueAsync()
    {
        using var leaf = CertificateIssuer.IssueLeaf(
            _root,
            ["palisade-webhook.palisade-system.svc", "127.0.0.1"],
            TimeProvider.System.GetUtcNow(),
            Lifetimes
        );
        using var key = leaf.GetECDsaPrivateKey()!;
        var data = new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["tls.crt"] = Encoding.ASCII.GetBytes(leaf.ExportCertificatePem() + "\n"),
            ["tls.key"] = Encoding.ASCII.GetBytes(key.ExportECPrivateKeyPem() + "\n"),
            ["ca.crt"] = Encoding.ASCII.GetBytes(_root.ExportCertificatePem() + "\n"),
        };
        var client = cluster.Server.Client;
        if (await client.GetAsync<V1Secret>(SecretName, "palisade-system", Cancellation) is { } written)
        {
            written.Data = data;
            await client.UpdateAsync(written, Cancellation);
            return;
        }

        var secret = new V1Secret
        {
            Metadata = new() { Name = SecretName, NamespaceProperty = "palisade-system" },
            Type = "kubernetes.io/tls",
            Data = data,
        };
        await client.CreateAsync(secret, Cancellation);
    }

    private async Task MountAsync() => await SecretVolume.WriteAsync(_certs.FullName, (await ReadAsync()).Data!);

    /// <summary>The injector sets the caBundle of every webhook, in an update of the whole registration.</summary>
    private async Task InjectAsync()
    {
        var (client, authority) = (cluster.Server.Client, (await ReadAsync()).Data!["ca.crt"]);
        var count = (await client.GetAsync<V1ValidatingWebhookConfiguration>("palisade", null, Cancellation))!.Webhooks!.Count;
        var bundle = Convert.ToBase64String(authority);
        var operations = Enumerable
            .Range(0, count)
            .Select(i =>
                System.Text.Json.Nodes.JsonNode.Parse(
                    $$"""{"op":"add","path":"/webhooks/{{i}}/clientConfig/caBundle","value":"{{bundle}}"}"""
                )
            );
        await client.PatchAsync<V1ValidatingWebhookConfiguration>(
            new("palisade"),
            Patch.Json([.. operations]),
            cancellationToken: Cancellation
        );
    }

    private async Task<V1Secret> ReadAsync() =>
        (await cluster.Server.Client.GetAsync<V1Secret>(SecretName, "palisade-system", Cancellation))!;

    private Task ApplyDryAsync() =>
        cluster.Impatient.ApplyAsync(
            new ClusterNetworkPolicy
            {
                Metadata = new() { Name = "cert-manager" },
                Spec = { NamespaceSelector = new() },
            },
            new ApplyOptions("test") { DryRun = true },
            Cancellation
        );
}
