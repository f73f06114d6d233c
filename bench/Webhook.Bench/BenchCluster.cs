using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Palisade.Testing;

namespace Palisade.Webhook.Bench;

/// <summary>A real API server with namespaces, running pods and NetworkPolicies, and the webhook's registration of config/.</summary>
internal sealed class BenchCluster : IAsyncDisposable
{
    public const int Namespaces = 1000;
    public const int Pods = 10_000;

    private readonly ApiServerFixture _server = new();

    public string KubeConfig => _server.KubeConfig;

    /// <summary>Starts etcd and the API server and fills them.</summary>
    public static async Task<BenchCluster> StartAsync()
    {
        var cluster = new BenchCluster();
        await cluster._server.InitializeAsync();
        await cluster.FillAsync();
        return cluster;
    }

    /// <summary>The authorities that the API server trusts for the webhook, as PEM text.</summary>
    public async Task<string> CaBundleAsync()
    {
        var registration = await _server.Client.GetAsync<V1ValidatingWebhookConfiguration>("palisade");
        return Encoding.ASCII.GetString(registration!.Webhooks![0].ClientConfig!.CaBundle!);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async Task FillAsync()
    {
        // The server is one that this program started, on this machine.
        using var handler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } };
        using var http = new HttpClient(handler) { BaseAddress = _server.ClientOptions.Server };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "admin-token");

        await _server.Client.CreateAsync(new V1Namespace { Metadata = new() { Name = "palisade-system" } });
        await ForEachAsync(Namespaces, i => CreateNamespaceAsync(http, i));
        await ForEachAsync(Pods, i => CreatePodAsync(http, i));

        // Last: from then on the API server tries to call the webhook for each NetworkPolicy.
        var registration = Path.Combine(Repository.Root, "config", "webhook", "validating-webhook-configuration.yaml");
        await _server.KubectlAsync(["apply", "-f", registration], CancellationToken.None);
    }

    private static async Task CreateNamespaceAsync(HttpClient http, int i)
    {
        var name = MadeObjects.NamespaceName(i);
        await SendAsync(http, HttpMethod.Post, "/api/v1/namespaces", MadeObjects.Namespace(i));
        await SendAsync(http, HttpMethod.Post, $"/apis/networking.k8s.io/v1/namespaces/{name}/networkpolicies", MadeObjects.DnsPolicy(i));
    }

    private static async Task CreatePodAsync(HttpClient http, int i)
    {
        var pod = MadeObjects.Pod(i, i % Namespaces);
        var path = $"/api/v1/namespaces/{pod.Metadata.NamespaceProperty}/pods";
        await SendAsync(http, HttpMethod.Post, path, pod);
        await SendAsync(http, HttpMethod.Put, $"{path}/{pod.Metadata.Name}/status", pod);
    }

    private static async Task SendAsync<T>(HttpClient http, HttpMethod method, string path, T entity)
    {
        var json = JsonSerializer.SerializeToNode(entity, ModelsJson.Contract<T>())!.AsObject();
        if (entity is V1Pod)
        {
            // Palisade does not read it, so the model lacks it.
            json["spec"]!["containers"]![0]!["image"] = "none";
        }

        using var content = new StringContent(json.ToJsonString(), Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var answer = await http.SendAsync(request);
        if (!answer.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{method} {path}: {await answer.Content.ReadAsStringAsync()}");
        }
    }

    private static Task ForEachAsync(int count, Func<int, Task> write) =>
        Parallel.ForEachAsync(
            Enumerable.Range(0, count),
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (i, _) => await write(i)
        );
}
