using System.Net;
using System.Net.Sockets;
using Palisade.Kubernetes.Client;

namespace Palisade.Kubernetes.Tests.Client;

/// <summary>What the client does when the API server, or the way to it, misbehaves.</summary>
public sealed class FaultTests
{
    private const string Namespace = """{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a","resourceVersion":"5"}}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static V1Namespace Entity => new() { Metadata = new() { Name = "a" } };

    [Fact]
    public async Task CreateAsync_TooManyRequests_WaitsAsAskedAndTriesAgain()
    {
        var clock = new ManualTimeProvider();
        await using var server = new FaultServer(exchange =>
            exchange.Number == 0 ? exchange.RefuseAsync(429, "TooManyRequests", "Retry-After: 7") : exchange.RespondAsync(201, Namespace)
        );
        // The clock below runs fast: no try is to be over before it is answered.
        using var client = new KubernetesClient(server.Options with { RequestTimeout = TimeSpan.FromHours(1) }, null, clock);

        var create = client.CreateAsync(Entity, Token);
        await Eventually.TrueAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return create.IsCompleted;
            },
            Token
        );

        (await create).Metadata.ResourceVersion.ShouldBe("5");
        server.Exchanges.Count.ShouldBe(2);
    }

    [Fact]
    public async Task CreateAsync_TooManyRequestsForEver_GivesUpAfterTheAttemptsItHas()
    {
        await using var server = new FaultServer(exchange => exchange.RefuseAsync(429, "TooManyRequests", "Retry-After: 0"));
        using var client = new KubernetesClient(server.Options with { MaxAttempts = 3 });

        var failure = await Should.ThrowAsync<KubernetesException>(() => client.CreateAsync(Entity, Token));

        failure.Code.ShouldBe(HttpStatusCode.TooManyRequests);
        failure.IsTransient.ShouldBeTrue();
        server.Exchanges.Count.ShouldBe(3);
    }

    [Fact]
    public async Task CreateAsync_AskedToWaitTooLong_LeavesTheWaitToTheCaller()
    {
        await using var server = new FaultServer(exchange => exchange.RefuseAsync(429, "TooManyRequests", "Retry-After: 3600"));
        using var client = new KubernetesClient(server.Options);

        var failure = await Should.ThrowAsync<KubernetesException>(() => client.CreateAsync(Entity, Token));

        failure.RetryAfter.ShouldBe(TimeSpan.FromHours(1));
        server.Exchanges.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData(404, """{"kind":"Status"}""")]
    [InlineData(200, """{"kind":"APIResourceList","resources":[{"name":"ingresses"},{"name":"networkpolicies/status"}]}""")]
    public async Task IsServedAsync_NoSuchGroupOrKind_IsNot(int code, string answer)
    {
        await using var server = new FaultServer(exchange => exchange.RespondAsync(code, answer));
        using var client = new KubernetesClient(server.Options);

        (await client.IsServedAsync<V1NetworkPolicy>(Token)).ShouldBeFalse();

        server.Exchanges.ShouldHaveSingleItem().Path.ShouldBe("/apis/networking.k8s.io/v1");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"gitVersion":7}""")]
    [InlineData("""{"gitVersion":"unknown"}""")]
    [InlineData("<html>")]
    public async Task DiscoveryAsync_AnswerOfSomethingElse_IsMalformed(string answer)
    {
        await using var server = new FaultServer(exchange => exchange.RespondAsync(200, answer));
        using var client = new KubernetesClient(server.Options with { MaxAttempts = 1 });

        (await Should.ThrowAsync<KubernetesException>(() => client.GetVersionAsync(Token))).Reason.ShouldBe(StatusReasons.MalformedAnswer);
        (await Should.ThrowAsync<KubernetesException>(() => client.IsServedAsync<V1NetworkPolicy>(Token))).Reason.ShouldBe(
            StatusReasons.MalformedAnswer
        );
    }

    [Fact]
    public async Task GetAsync_InternalError_IsTriedAgain()
    {
        await using var server = new FaultServer(exchange =>
            exchange.Number < 2 ? exchange.RefuseAsync(500, "InternalError") : exchange.RespondAsync(200, Namespace)
        );
        using var client = new KubernetesClient(server.Options);

        (await client.GetAsync<V1Namespace>("a", null, Token)).ShouldNotBeNull();
        server.Exchanges.Count.ShouldBe(3);
    }

    [Fact]
    public async Task ApplyAsync_ConnectionCutBeforeTheAnswer_IsTriedAgain()
    {
        await using var server = new FaultServer(exchange =>
            exchange.Number == 0 ? Task.CompletedTask : exchange.RespondAsync(200, Namespace)
        );
        using var client = new KubernetesClient(server.Options);

        await client.ApplyAsync(Entity, new ApplyOptions("test"), Token);

        server.Exchanges.Count.ShouldBe(2);
        server.Exchanges[1].Headers["Content-Type"].ShouldBe("application/apply-patch+yaml");
        server.Exchanges[1].Path.ShouldBe("/api/v1/namespaces/a?fieldManager=test&force=true");
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    public async Task CreateAsync_ServerError_IsNotTriedAgainForItMayHaveBeenDone(int code)
    {
        await using var server = new FaultServer(exchange => exchange.RefuseAsync(code, "Whatever"));
        using var client = new KubernetesClient(server.Options);

        await Should.ThrowAsync<KubernetesException>(() => client.CreateAsync(Entity, Token));

        server.Exchanges.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task CreateAsync_NobodyListens_IsTriedAgainAndThenUnreachableWithTheAddress()
    {
        // Bound and not listening: nobody answers there, and no other test can come to listen there meanwhile.
        using var taken = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        taken.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var address = new Uri($"http://127.0.0.1:{((IPEndPoint)taken.LocalEndPoint!).Port}");
        using var client = new KubernetesClient(
            new ClientOptions
            {
                Server = address,
                Source = "a test",
                MaxAttempts = 2,
            }
        );

        var failure = await Should.ThrowAsync<KubernetesException>(() => client.CreateAsync(Entity, Token));

        failure.Reason.ShouldBe(StatusReasons.Unreachable);
        failure.IsTransient.ShouldBeTrue();
        failure.Message.ShouldBe($"cannot reach the API server {address} (a test): Connection refused");
        client.Health.Check().IsHealthy.ShouldBeFalse();
    }

    [Fact]
    public async Task GetAsync_SlowServer_TimesOutAndIsTriedAgain()
    {
        await using var server = new FaultServer(exchange =>
            exchange.Number == 0 ? exchange.StaySilentAsync() : exchange.RespondAsync(200, Namespace)
        );
        var clock = new ManualTimeProvider();
        using var client = new KubernetesClient(server.Options with { RequestTimeout = TimeSpan.FromHours(1) }, null, clock);

        var get = client.GetAsync<V1Namespace>("a", null, Token);
        await Eventually.TrueAsync(() => server.Exchanges.Count == 1, Token);
        clock.Advance(TimeSpan.FromHours(1));
        await Eventually.TrueAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1)); // The wait before the next try; far less than that try has.
                return get.IsCompleted;
            },
            Token
        );

        (await get).ShouldNotBeNull();
        server.Exchanges.Count.ShouldBe(2);
        client.Health.Check().IsHealthy.ShouldBeTrue();
    }

    [Fact]
    public async Task GetAsync_ServerThatStopsInTheMiddle_TimesOut()
    {
        await using var server = new FaultServer(async exchange =>
        {
            await exchange.BeginAsync();
            await exchange.ChunkAsync("""{"metadata":""");
            await exchange.StaySilentAsync();
        });
        var options = server.Options with { RequestTimeout = TimeSpan.FromSeconds(0.3), MaxAttempts = 1 };
        using var client = new KubernetesClient(options);

        var failure = await Should.ThrowAsync<KubernetesException>(() => client.GetAsync<V1Namespace>("a", null, Token));

        failure.Reason.ShouldBe(StatusReasons.Timeout);
    }

    [Fact]
    public async Task GetAsync_CancelledByTheCaller_IsCancelledAndNoFailureOfTheServer()
    {
        await using var server = new FaultServer(exchange => exchange.StaySilentAsync());
        using var client = new KubernetesClient(server.Options);
        using var cancelled = CancellationTokenSource.CreateLinkedTokenSource(Token);

        var get = client.GetAsync<V1Namespace>("a", null, cancelled.Token);
        await Eventually.TrueAsync(() => server.Exchanges.Count == 1, Token);
        await cancelled.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => get);
    }

    [Fact]
    public async Task GetAsync_BadChunk_IsUnreachableNotAnEmptyObject()
    {
        await using var server = new FaultServer(async exchange =>
        {
            await exchange.BeginAsync();
            await exchange.WriteAsync("zz\r\n{}\r\n0\r\n\r\n");
        });
        using var client = new KubernetesClient(server.Options with { MaxAttempts = 1 });

        var failure = await Should.ThrowAsync<KubernetesException>(() => client.GetAsync<V1Namespace>("a", null, Token));

        failure.IsTransient.ShouldBeTrue();
    }

    [Fact]
    public async Task GetAsync_PageOfAProxy_IsQuotedShortly()
    {
        await using var server = new FaultServer(exchange =>
            exchange.RespondAsync(403, "<html>\n<b>blocked by the proxy</b>" + new string('x', 5000))
        );
        using var client = new KubernetesClient(server.Options);

        var failure = await Should.ThrowAsync<KubernetesException>(() => client.GetAsync<V1Namespace>("a", null, Token));

        failure.Reason.ShouldBe(StatusReasons.Forbidden);
        failure.Message.ShouldContain("403");
        failure.Message.ShouldContain("blocked by the proxy");
        failure.Message.ShouldNotContain("\n");
        failure.Message.Length.ShouldBeLessThan(400);
    }

    [Fact]
    public async Task GetAsync_AnswerThatIsNoJson_IsMalformed()
    {
        await using var server = new FaultServer(exchange => exchange.RespondAsync(200, "hello"));
        using var client = new KubernetesClient(server.Options with { MaxAttempts = 1 });

        var failure = await Should.ThrowAsync<KubernetesException>(() => client.GetAsync<V1Namespace>("a", null, Token));

        failure.Reason.ShouldBe(StatusReasons.MalformedAnswer);
        client.Health.Check().IsHealthy.ShouldBeTrue();
    }

    [Fact]
    public async Task ListAsync_PageTokenExpires_BeginsAnew()
    {
        await using var server = new FaultServer(exchange =>
            exchange.Number switch
            {
                0 => exchange.RespondAsync(200, Page("old", "t1")),
                1 => exchange.RefuseAsync(410, "Expired"),
                2 => exchange.RespondAsync(200, Page("a", "t2")),
                _ => exchange.RespondAsync(200, Page("b", "")),
            }
        );
        using var client = new KubernetesClient(server.Options);

        var list = await client.ListAsync<V1Namespace>(null, Token);

        list.Items.Select(item => item.Metadata.Name).ShouldBe(["a", "b"]);
        server.Exchanges.Select(exchange => exchange.Path.Split("continue=").ElementAtOrDefault(1)).ShouldBe([null, "t1", null, "t2"]);
    }

    [Fact]
    public async Task ListAsync_PageTokenExpiresEachTime_EndsWithTheFailure()
    {
        await using var server = new FaultServer(exchange =>
            exchange.Path.Contains("continue", StringComparison.Ordinal)
                ? exchange.RefuseAsync(410, "Expired")
                : exchange.RespondAsync(200, Page("a", "t"))
        );
        using var client = new KubernetesClient(server.Options);

        (await Should.ThrowAsync<KubernetesException>(() => client.ListAsync<V1Namespace>(null, Token))).IsExpired.ShouldBeTrue();
    }

    [Theory]
    [InlineData("""{"type":"ADDED","object":{"kind":"Namespace","metadata":{"name":"a","resourceVersion":"5"}}}""")]
    [InlineData("""{"object":{"kind":"Namespace","metadata":{"name":"a","resourceVersion":"5"}},"more":[{}],"type":"ADDED"}""")]
    public async Task WatchAsync_LineInPieces_IsReadAsOne(string line)
    {
        await using var server = new FaultServer(async exchange =>
        {
            await exchange.BeginAsync();
            foreach (var part in (line + "\n").Chunk(7))
            {
                await exchange.ChunkAsync(new string(part));
            }

            await exchange.EndAsync();
        });

        var change = (await WatchAsync(server)).ShouldHaveSingleItem();

        change.Type.ShouldBe("ADDED");
        change.Object!.Metadata.Name.ShouldBe("a");
    }

    [Fact]
    public async Task WatchAsync_CutInTheMiddleOfALine_GivesWhatWasWholeAndThenFails()
    {
        await using var server = new FaultServer(async exchange =>
        {
            await exchange.BeginAsync();
            await exchange.ChunkAsync("""{"type":"ADDED","object":{"metadata":{"name":"a","resourceVersion":"5"}}}""" + "\n");
            await exchange.ChunkAsync("""{"type":"DELETED","object":{"metadata":{"name":"a",""");
        });
        var seen = new List<string>();

        var failure = await Should.ThrowAsync<KubernetesException>(() => WatchAsync(server, seen));

        seen.ShouldBe(["ADDED"]);
        failure.Reason.ShouldBe(StatusReasons.Unreachable);
    }

    [Fact]
    public async Task WatchAsync_EndedCleanlyInTheMiddleOfALine_Fails()
    {
        await using var server = new FaultServer(async exchange =>
        {
            await exchange.BeginAsync();
            await exchange.ChunkAsync("""{"type":"DELETED","object":{"metadata":{"name":"a"}}}""");
            await exchange.EndAsync();
        });

        (await Should.ThrowAsync<KubernetesException>(() => WatchAsync(server))).Message.ShouldBe(
            "the watch was cut in the middle of an event"
        );
    }

    [Fact]
    public async Task WatchAsync_ErrorEvent_IsAFailureWithItsStatus()
    {
        await using var server = new FaultServer(async exchange =>
        {
            await exchange.BeginAsync();
            await exchange.ChunkAsync("""{"type":"ERROR","object":""" + FaultExchange.Status(410, "Expired") + "}\n");
            await exchange.StaySilentAsync();
        });

        (await Should.ThrowAsync<KubernetesException>(() => WatchAsync(server))).IsExpired.ShouldBeTrue();
    }

    [Fact]
    public async Task WatchAsync_SilentServer_IsTakenForDead()
    {
        await using var server = new FaultServer(async exchange =>
        {
            await exchange.BeginAsync();
            await exchange.StaySilentAsync();
        });

        var failure = await Should.ThrowAsync<KubernetesException>(() => WatchAsync(server, null, TimeSpan.FromSeconds(0.3)));

        failure.Reason.ShouldBe(StatusReasons.Timeout);
    }

    [Theory]
    [InlineData("""{"type":"ADDED"}""")]
    [InlineData("""{"type":3,"object":{}}""")]
    [InlineData("""["ADDED"]""")]
    [InlineData("""nonsense""")]
    [InlineData("""{"type":"ADDED","object":{"metadata":[]}}""")]
    public async Task WatchAsync_LineThatIsNoEvent_IsMalformed(string line)
    {
        await using var server = new FaultServer(async exchange =>
        {
            await exchange.BeginAsync();
            await exchange.ChunkAsync(line + "\n");
            await exchange.StaySilentAsync();
        });

        (await Should.ThrowAsync<KubernetesException>(() => WatchAsync(server))).Reason.ShouldBe(StatusReasons.MalformedAnswer);
    }

    private static async Task<List<WatchEvent<V1Namespace>>> WatchAsync(
        FaultServer server,
        List<string>? seen = null,
        TimeSpan? idleTimeout = null
    )
    {
        using var client = new KubernetesClient(server.Options);
        var options = new WatchOptions { ResourceVersion = "1", IdleTimeout = idleTimeout ?? TimeSpan.FromSeconds(60) };
        var changes = new List<WatchEvent<V1Namespace>>();
        await foreach (var change in client.WatchAsync<V1Namespace>(ListOptions.All, options, Token))
        {
            changes.Add(change);
            seen?.Add(change.Type);
        }

        return changes;
    }

    private static string Page(string name, string next) =>
        $$$"""{"metadata":{"resourceVersion":"9","continue":"{{{next}}}"},"items":[{"metadata":{"name":"{{{name}}}"}}]}""";
}
