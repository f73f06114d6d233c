using System.Net.Http.Headers;
using System.Text;
using Palisade.Testing;

namespace Palisade.Agent.Bench;

/// <summary>Writes raw objects to the API server, many at a time.</summary>
internal sealed class ApiWriter : IDisposable
{
    private readonly HttpClient _client;

    public ApiWriter(ApiServerFixture api)
    {
        // The server is one that this program started, on this machine.
        var handler = new SocketsHttpHandler { SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } };
        _client = new HttpClient(handler) { BaseAddress = api.ClientOptions.Server };
        _client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "admin-token");
    }

    public async Task CreateAsync(string path, string json) =>
        await SendAsync(HttpMethod.Post, path, new StringContent(json, Encoding.UTF8, "application/json"));

    public async Task ReplaceAsync(string path, string json) =>
        await SendAsync(HttpMethod.Put, path, new StringContent(json, Encoding.UTF8, "application/json"));

    public async Task PatchAsync(string path, string json) =>
        await SendAsync(HttpMethod.Patch, path, new StringContent(json, Encoding.UTF8, "application/merge-patch+json"));

    public async Task CreateAllAsync(IEnumerable<(string Path, string Json)> objects) =>
        await Parallel.ForEachAsync(
            objects,
            new ParallelOptions { MaxDegreeOfParallelism = 16 },
            async (item, _) => await CreateAsync(item.Path, item.Json)
        );

    public void Dispose() => _client.Dispose();

    private async Task SendAsync(HttpMethod method, string path, HttpContent content)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        using var response = await _client.SendAsync(request);
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"{method} {path}: {await response.Content.ReadAsStringAsync()}");
        }
    }
}
