using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;
using Palisade.Runtime.Caching;

namespace Palisade.Runtime.Tests.Caching;

public sealed class EndpointsInformerTests(ApiServerFixture server) : IAsyncDisposable
{
    private const string Endpoints = """
        {"metadata":{"resourceVersion":"7"},"items":[{"metadata":{"name":"kubernetes","namespace":"default","resourceVersion":"5"},
         "subsets":[{"addresses":[{"ip":"10.0.0.1"}],"ports":[{"port":6443}]}]}]}
        """;

    private const string Slices = """
        {"metadata":{"resourceVersion":"9"},"items":[
         {"metadata":{"name":"kubernetes-a","namespace":"default","resourceVersion":"8","labels":{"kubernetes.io/service-name":"kubernetes"}},
          "addressType":"IPv4","endpoints":[{"addresses":["10.0.0.2"]}],"ports":[{"port":6443}]},
         {"metadata":{"name":"kubernetes-b","namespace":"default","resourceVersion":"8","labels":{"kubernetes.io/service-name":"kubernetes"}},
          "addressType":"IPv4","endpoints":[{"addresses":["10.0.0.3"],"conditions":{"ready":false}}],"ports":[{"port":6443}]}]}
        """;

    private static readonly EndpointsSelection ApiServer = new("default") { Service = "kubernetes" };

    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentQueue<NamespacedName> _reported = new();
    private readonly ManualTimeProvider _clock = new();
    private volatile bool _servesSlices;
    private volatile bool _answersSlices = true;
    private Task _running = Task.CompletedTask;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => _running);
        _end.Dispose();
    }

    [Fact]
    public async Task RunAsync_ApiServerServesSlices_ReadsThemByTheLabelOfTheirService()
    {
        _servesSlices = true;
        await using var fake = new FaultServer(AnswerAsync);
        using var client = new KubernetesClient(fake.Options);
        var informer = Start(client, ApiServer, _clock);

        await informer.WaitForSyncAsync(Token);

        Addresses(informer).ShouldBe(["10.0.0.2", "10.0.0.3 (not ready)"]);
        informer.List().ShouldBeSameAs(informer.List());
        informer.Kind.ShouldBe("EndpointSlice");
        var list = fake.Exchanges.First(exchange => exchange.Path.Contains("/endpointslices", StringComparison.Ordinal)).Path;
        list.ShouldStartWith(
            "/apis/discovery.k8s.io/v1/namespaces/default/endpointslices?labelSelector=kubernetes.io%2Fservice-name%3Dkubernetes&"
        );
        fake.Exchanges.ShouldNotContain(exchange => exchange.Path.Contains("/endpoints?", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RunAsync_ApiServerDoesNotServeSlices_ReadsEndpointsAndSlicesOnceItDoes()
    {
        await using var fake = new FaultServer(AnswerAsync);
        using var client = new KubernetesClient(fake.Options with { MaxAttempts = 1, RequestTimeout = TimeSpan.FromDays(1) }, null, _clock);
        var informer = Start(client, ApiServer, _clock);
        await informer.WaitForSyncAsync(Token);
        Addresses(informer).ShouldBe(["10.0.0.1"]);
        informer.Kind.ShouldBe("Endpoints");

        // It is upgraded, and at first cannot answer.
        (_answersSlices, _servesSlices) = (false, true);
        await AdvanceUntilAsync(() => fake.Exchanges.Any(exchange => exchange.Path.Contains("/endpointslices?", StringComparison.Ordinal)));
        Addresses(informer).ShouldBe(["10.0.0.1"], "what is known stays until the other kind was read");
        informer.HasSynced.ShouldBeTrue();
        _reported.Clear();
        _answersSlices = true;
        await AdvanceUntilAsync(() => informer.List().Count > 0 && Addresses(informer)[0] == "10.0.0.2");
        await Eventually.TrueAsync(() => _reported.Contains(new("default", "kubernetes")), Token);

        // And it is downgraded.
        _servesSlices = false;
        await AdvanceUntilAsync(() => Addresses(informer)[0] == "10.0.0.1");
    }

    [Fact]
    public async Task RunAsync_ApiServerDoesNotSayWhatItServes_IsAFailureAndTriedAgain()
    {
        var refuses = true;
        await using var fake = new FaultServer(exchange =>
            Volatile.Read(ref refuses) ? exchange.RefuseAsync(403, "Forbidden") : AnswerAsync(exchange)
        );
        using var client = new KubernetesClient(fake.Options with { RequestTimeout = TimeSpan.FromDays(1) }, null, _clock);
        var informer = Start(client, ApiServer, _clock);

        await Eventually.TrueAsync(() => informer.Failure is not null, Token);
        informer.HasSynced.ShouldBeFalse();
        informer.List().ShouldBeEmpty();
        Volatile.Write(ref refuses, false);
        await AdvanceUntilAsync(() => informer.HasSynced);

        Addresses(informer).ShouldBe(["10.0.0.1"]);
        informer.Failure.ShouldBeNull();
    }

    [Fact]
    public async Task RunAsync_ARealApiServer_FollowsTheAddressesOfItsServices()
    {
        var inNamespace = (await server.CreateNamespaceAsync(null, Token)).Metadata.Name;
        await ServiceAddresses.WriteAsync(server.Client, Of(inNamespace, "db", "192.0.2.1"), Token);
        await ServiceAddresses.WriteAsync(server.Client, Of(inNamespace, "web", "192.0.2.9"), Token);
        var informer = Start(server.Client, new(inNamespace) { Service = "db" }, TimeProvider.System);
        await informer.WaitForSyncAsync(Token);
        Addresses(informer).ShouldBe(["192.0.2.1"]);

        await ServiceAddresses.WriteAsync(server.Client, Of(inNamespace, "db", "192.0.2.2"), Token);
        await Eventually.TrueAsync(() => Addresses(informer)[0] == "192.0.2.2", Token);

        var once = await EndpointsInformer.ReadAsync(server.Client, [new(inNamespace) { Service = "web" }], Token);
        once.ShouldHaveSingleItem().Metadata.Name.ShouldBe("web");

        await ServiceAddresses.DeleteAsync(server.Client, new(inNamespace, "db"), Token);
        await Eventually.TrueAsync(() => informer.List().Count == 0, Token);
        _reported.ShouldAllBe(key => key.Name == "db");
    }

    private async Task AnswerAsync(FaultExchange exchange)
    {
        var isOfSlices = exchange.Path.StartsWith("/apis/", StringComparison.Ordinal);
        if (exchange.IsWatch)
        {
            await exchange.BeginAsync();
            await exchange.StaySilentAsync();
        }
        else if (exchange.Path == "/apis/discovery.k8s.io/v1")
        {
            await (
                _servesSlices
                    ? exchange.RespondAsync(200, """{"resources":[{"name":"endpointslices"}]}""")
                    : exchange.RefuseAsync(404, "NotFound")
            );
        }
        else if (isOfSlices && !_answersSlices)
        {
            await exchange.RefuseAsync(403, "Forbidden");
        }
        else
        {
            await exchange.RespondAsync(200, isOfSlices ? Slices : Endpoints);
        }
    }

    private EndpointsInformer Start(IKubernetesClient client, EndpointsSelection selection, TimeProvider clock)
    {
        var informer = new EndpointsInformer(client, selection, NullLoggerFactory.Instance, clock);
        informer.Subscribe(_reported.Enqueue);
        _running = informer.RunAsync(_end.Token);
        return informer;
    }

    private Task AdvanceUntilAsync(Func<bool> condition) =>
        Eventually.TrueAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(10));
                return condition();
            },
            Token
        );

    private static List<string> Addresses(EndpointsInformer informer) =>
        [
            .. informer
                .List()
                .SelectMany(endpoints => endpoints.Subsets ?? [])
                .SelectMany(subset =>
                    (subset.Addresses ?? [])
                        .Select(address => address.Ip)
                        .Concat((subset.NotReadyAddresses ?? []).Select(address => $"{address.Ip} (not ready)"))
                ),
        ];

    private static V1Endpoints Of(string inNamespace, string name, string address) =>
        new()
        {
            Metadata = new() { Name = name, NamespaceProperty = inNamespace },
            Subsets = [new() { Addresses = [new() { Ip = address }], Ports = [new() { Port = 80, Protocol = "TCP" }] }],
        };
}
