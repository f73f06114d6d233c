using Palisade.Kubernetes.Client;

namespace Palisade.Kubernetes.Tests.Client;

/// <summary>The way to the API server through a proxy.</summary>
public sealed class ProxyTests(ApiServerFixture server)
{
    // Nobody resolves this name: only through the proxy is there a way.
    private static readonly Uri Elsewhere = new("https://api.cluster.invalid:6443");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null)]
    [InlineData("eve:p@ss:word")]
    public async Task GetAsync_Proxy_IsAskedForTheApiServer(string? user)
    {
        await using var proxy = new ConnectProxy(server.ClientOptions.Server, user);
        using var client = Client(WithUser(proxy.Address, "eve:p%40ss:word"));

        (await client.GetAsync<V1Namespace>("default", null, Token)).ShouldNotBeNull();

        proxy.Asked.ShouldBe(["api.cluster.invalid:6443"]);
    }

    [Fact]
    public async Task GetAsync_ProxyRefuses_IsUnreachableAndNamesTheProxyWithoutThePassword()
    {
        await using var proxy = new ConnectProxy(server.ClientOptions.Server, "eve:secret");
        using var client = Client(WithUser(proxy.Address, "eve:wrong"));

        var failure = await Should.ThrowAsync<KubernetesException>(() => client.GetAsync<V1Namespace>("default", null, Token));

        failure.Message.ShouldStartWith("cannot reach the API server https://api.cluster.invalid:6443/ (");
        failure.Message.ShouldContain($") through the proxy {proxy.Address.ToString().TrimEnd('/')}: ");
        failure.Message.ShouldContain("407");
        failure.Message.ShouldNotContain("wrong");
    }

    private static Uri WithUser(Uri proxy, string user) => new($"http://{user}@{proxy.Authority}");

    private KubernetesClient Client(Uri proxy) =>
        new(
            server.ClientOptions with
            {
                Server = Elsewhere,
                TlsServerName = server.ClientOptions.Server.Host,
                Proxy = proxy,
                MaxAttempts = 1,
            }
        );
}
