using System.Collections.Concurrent;
using Palisade.Kubernetes.Client;
using Palisade.Runtime.Caching;

namespace Palisade.Runtime.Tests.Caching;

/// <summary>
/// The watch's state machine against a server that misbehaves. The clock goes by itself: each wait for the next try is over as soon as it begins.
/// </summary>
public sealed class ReflectorFaultTests : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly ManualTimeProvider _clock = new();
    private readonly RecordingLogger<Informer<V1Namespace>> _logger = new();
    private readonly ConcurrentQueue<string> _reported = new();
    private FaultServer? _server;
    private KubernetesClient? _client;
    private Informer<V1Namespace>? _informer;
    private Task _running = Task.CompletedTask;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => _running);
        _client?.Dispose();
        await _server!.DisposeAsync();
        _end.Dispose();
    }

    [Fact]
    public async Task WatchCutInTheMiddleOfALine_ResumesFromTheLastWholeEvent()
    {
        Start(exchange =>
            exchange.Number switch
            {
                0 => exchange.RespondAsync(200, Page(10, "", "a")),
                1 => StreamAsync(exchange, Event("ADDED", "b", 11) + "\n" + """{"type":"DELETED","object":{"metadata":{"name":"a","res"""),
                _ => WatchAsync(exchange, Event("DELETED", "b", 12)),
            }
        );

        // The names are "a" before the watches as well as after them: only the reports tell that it is over.
        await ReportsBecomeAsync("a", "b", "b");

        Names().ShouldBe(["a"]);
        Paths().ShouldBe(["list", "watch 10", "watch 11"]);
    }

    [Fact]
    public async Task Bookmark_ThenACut_ResumesFromTheBookmark()
    {
        Start(exchange =>
            exchange.Number switch
            {
                0 => exchange.RespondAsync(200, Page(10, "", "a")),
                1 => StreamAsync(exchange, Event("BOOKMARK", "", 500) + "\n"),
                _ => WatchAsync(exchange, Event("ADDED", "b", 501)),
            }
        );

        await NamesBecomeAsync("a", "b");

        Paths().ShouldBe(["list", "watch 10", "watch 500"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task WatchVersionExpired_ListsAnewAtOnceAndFindsWhatWasDeletedMeanwhile(bool asEvent)
    {
        Start(
            exchange =>
                exchange.Number switch
                {
                    0 => exchange.RespondAsync(200, Page(10, "", "a", "b")),
                    1 when asEvent => WatchAsync(exchange, """{"type":"ERROR","object":""" + FaultExchange.Status(410, "Expired") + "}"),
                    1 => exchange.RefuseAsync(410, "Expired"),
                    2 => exchange.RespondAsync(200, Page(20, "", "b", "c")),
                    _ => WatchAsync(exchange),
                },
            goesByItself: false
        );

        await ReportsBecomeAsync("a", "b", "a", "b", "c");

        Names().ShouldBe(["b", "c"]);
        await Eventually.TrueAsync(() => Paths().SequenceEqual(["list", "watch 10", "list", "watch 20"]), Token);
    }

    [Fact]
    public async Task PageTokenExpired_ListsAnewFromTheStart()
    {
        Start(exchange =>
            exchange.Number switch
            {
                0 => exchange.RespondAsync(200, Page(10, "t1", "gone-meanwhile")),
                1 => exchange.RefuseAsync(410, "Expired"),
                2 => exchange.RespondAsync(200, Page(20, "t2", "a")),
                3 => exchange.RespondAsync(200, Page(20, "", "b")),
                _ => WatchAsync(exchange),
            }
        );

        await ReportsBecomeAsync("a", "b");

        Names().ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task PageFails_IsReadAgainWithoutTheOnesBefore()
    {
        Start(exchange =>
            exchange.Number switch
            {
                0 => exchange.RespondAsync(200, Page(10, "t1", "a")),
                1 or 2 or 3 => exchange.RefuseAsync(500, "InternalError"),
                4 => exchange.RespondAsync(200, Page(10, "", "b")),
                _ => WatchAsync(exchange),
            }
        );

        await NamesBecomeAsync("a", "b");

        _server!.Exchanges.Count(exchange => exchange.Path.Contains("continue=t1", StringComparison.Ordinal)).ShouldBe(4);
    }

    [Fact]
    public async Task MalformedEvent_IsNotTrustedAndListedAnew()
    {
        Start(exchange =>
            exchange.Number switch
            {
                0 => exchange.RespondAsync(200, Page(10, "", "a")),
                1 => WatchAsync(exchange, """{"type":"ADDED","object":{"metadata":{"name":"b"}}}"""),
                2 => exchange.RespondAsync(200, Page(20, "", "a", "c")),
                _ => WatchAsync(exchange),
            }
        );

        await NamesBecomeAsync("a", "c");

        Paths()[..3].ShouldBe(["list", "watch 10", "list"]);
    }

    [Fact]
    public async Task WatchEndedByTheServer_ResumesWithoutAWordInTheLog()
    {
        Start(exchange =>
            exchange.Number switch
            {
                0 => exchange.RespondAsync(200, Page(10, "", "a")),
                1 => StreamAsync(exchange, Event("ADDED", "b", 11) + "\n", endsCleanly: true),
                _ => WatchAsync(exchange, Event("ADDED", "c", 12)),
            }
        );

        await NamesBecomeAsync("a", "b", "c");

        Paths().ShouldBe(["list", "watch 10", "watch 11"]);
        _logger.Messages.ShouldBeEmpty();
    }

    [Fact]
    public async Task WatchSilentForTwoBookmarks_IsResumedAtOnceAndSeesWhatItMissed()
    {
        Start(
            exchange =>
                exchange.Number switch
                {
                    0 => exchange.RespondAsync(200, Page(10, "", "a")),
                    1 => WatchAsync(exchange, Event("ADDED", "b", 20)),
                    _ => WatchAsync(exchange, Event("ADDED", "c", 21)),
                },
            goesByItself: false,
            _clock
        );
        await IsSilentAsync();
        _clock.Advance(TimeSpan.FromSeconds(119));
        _server!.Exchanges.Count.ShouldBe(2);

        _clock.Advance(TimeSpan.FromSeconds(30));

        await NamesBecomeAsync("a", "b", "c");
        Paths().ShouldBe(["list", "watch 10", "watch 20"]);
        _logger.Messages.ShouldBeEmpty();
        _informer!.LastActivity.ShouldBe(_clock.GetUtcNow());
    }

    [Fact]
    public async Task WatchSilentAndNotTakenUpAgain_IsAFailureAndNothingIsHeard()
    {
        Start(
            exchange =>
                exchange.Number switch
                {
                    0 => exchange.RespondAsync(200, Page(10, "", "a")),
                    1 => WatchAsync(exchange, Event("ADDED", "b", 20)),
                    _ => exchange.StaySilentAsync(),
                },
            goesByItself: false,
            _clock
        );
        await IsSilentAsync();
        var heard = _informer!.LastActivity;

        _clock.Advance(TimeSpan.FromSeconds(150));
        await Eventually.TrueAsync(() => _server!.Exchanges.Count == 3, Token);
        await Eventually.TrueAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(10));
                return _informer.Failure is not null;
            },
            Token
        );

        _informer.Failure!.ShouldContain("did not answer within 60 s");
        _informer.LastActivity.ShouldBe(heard);
        _logger.Messages.ShouldHaveSingleItem().ShouldStartWith("Cannot watch Namespace objects: ");
    }

    [Fact]
    public async Task Unreachable_KeepsTheCacheAndIsLoggedOnce()
    {
        var isDown = true;
        Start(exchange =>
            exchange.Number switch
            {
                0 => exchange.RespondAsync(200, Page(10, "", "a")),
                _ when isDown => Task.CompletedTask,
                _ => WatchAsync(exchange, Event("ADDED", "b", 11)),
            }
        );
        await Eventually.TrueAsync(() => _server!.Exchanges.Count > 12, Token);
        _informer!.HasSynced.ShouldBeTrue();
        _informer.List().ShouldHaveSingleItem();
        _client!.Health.Check().IsHealthy.ShouldBeFalse();

        isDown = false;
        await NamesBecomeAsync("a", "b");

        await Eventually.TrueAsync(() => _logger.Messages.Count == 2, Token);
        _logger.Messages.First().ShouldStartWith("Cannot watch Namespace objects: cannot reach the API server ");
        _logger.Messages.Last().ShouldBe("Namespace objects are read again");
        _client.Health.Check().IsHealthy.ShouldBeTrue();
    }

    [Fact]
    public async Task Forbidden_IsLoggedAndTriedAgain()
    {
        Start(exchange =>
            exchange.Number < 3 ? exchange.RefuseAsync(403, "Forbidden")
            : exchange.IsWatch ? WatchAsync(exchange)
            : exchange.RespondAsync(200, Page(10, "", "a"))
        );

        await NamesBecomeAsync("a");

        _logger.Messages.Count(message => message.StartsWith("Cannot list Namespace objects: ", StringComparison.Ordinal)).ShouldBe(1);
    }

    private static string Event(string type, string name, int version) =>
        $$$$"""{"type":"{{{{type}}}}","object":{"kind":"Namespace","metadata":{"name":"{{{{name}}}}","resourceVersion":"{{{{version}}}}"}}}""";

    private static string Page(int version, string next, params string[] names)
    {
        var items = names.Select(name => $$$"""{"metadata":{"name":"{{{name}}}","resourceVersion":"{{{version}}}"}}""");
        return $$$"""{"metadata":{"resourceVersion":"{{{version}}}","continue":"{{{next}}}"},"items":[{{{string.Join(',', items)}}}]}""";
    }

    private static async Task StreamAsync(FaultExchange exchange, string text, bool endsCleanly = false)
    {
        await exchange.BeginAsync();
        await exchange.ChunkAsync(text);
        if (endsCleanly)
        {
            await exchange.EndAsync();
        }
    }

    private static async Task WatchAsync(FaultExchange exchange, params string[] lines)
    {
        await exchange.BeginAsync();
        foreach (var line in lines)
        {
            await exchange.ChunkAsync(line + "\n");
        }

        await exchange.StaySilentAsync();
    }

    private void Start(Func<FaultExchange, Task> answer, bool goesByItself = true, TimeProvider? clientClock = null)
    {
        _server = new FaultServer(answer);
        _client = new KubernetesClient(_server.Options with { MaxAttempts = 1 }, null, clientClock);
        _informer = new Informer<V1Namespace>(_client, new InformerOptions<V1Namespace>(), _logger, _clock);
        _informer.Subscribe(key => _reported.Enqueue(key.Name));
        _running = goesByItself ? Task.WhenAll(_informer.RunAsync(_end.Token), GoByItselfAsync()) : _informer.RunAsync(_end.Token);
    }

    private async Task GoByItselfAsync()
    {
        while (true)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), _end.Token);
            if (_clock.Timers > 0)
            {
                _clock.Advance(TimeSpan.FromSeconds(60));
            }
        }
    }

    // The first event is read, and the next is waited for until a deadline: the only timer there is.
    private async Task IsSilentAsync()
    {
        await ReportsBecomeAsync("a", "b");
        await Eventually.TrueAsync(() => _clock.Timers == 1, Token);
    }

    private Task NamesBecomeAsync(params string[] names) => Eventually.TrueAsync(() => Names().SequenceEqual(names), Token);

    // A change is in the cache before it is reported.
    private Task ReportsBecomeAsync(params string[] names) => Eventually.TrueAsync(() => _reported.SequenceEqual(names), Token);

    private IEnumerable<string> Names() => _informer!.List().Select(entity => entity.Metadata.Name);

    private List<string> Paths() =>
        [
            .. _server!.Exchanges.Select(exchange =>
                exchange.IsWatch ? "watch " + exchange.Path.Split("resourceVersion=")[1].Split('&')[0] : "list"
            ),
        ];
}
