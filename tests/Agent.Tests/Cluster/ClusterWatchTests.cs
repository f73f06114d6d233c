using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Agent.Cluster;
using Palisade.Kubernetes.Client;
using Palisade.Testing;

namespace Palisade.Agent.Tests.Cluster;

/// <summary>The watch of the cluster against an API server that keeps something back.</summary>
public sealed class ClusterWatchTests : IAsyncDisposable
{
    private const int Kinds = 5;
    private readonly CancellationTokenSource _end = new();
    private readonly ManualTimeProvider _clock = new();
    private readonly FaultServer _server;
    private readonly KubernetesClient _client;
    private readonly ClusterWatch _watch;
    private Task _running = Task.CompletedTask;
    private volatile TaskCompletionSource? _gate;
    private volatile string? _refused;
    private volatile int _code = 403;
    private volatile bool _isSilent;

    public ClusterWatchTests()
    {
        _server = new FaultServer(AnswerAsync);
        _client = new KubernetesClient(_server.Options with { MaxAttempts = 1 }, null, _clock);
        _watch = new ClusterWatch(_client, "node-1", NullLoggerFactory.Instance, _clock);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => _running);
        _client.Dispose();
        await _server.DisposeAsync();
        _end.Dispose();
    }

    [Theory]
    [InlineData(403)]
    [InlineData(500)]
    public async Task WaitForSync_ProfilesAreRefused_IsOverAtOnceAndSaysSoUntilTheyAreNot(int code)
    {
        (_refused, _code) = ("defaultdenyprofiles", code);
        Start();

        await _watch.WaitForSyncAsync(Token);

        _watch.Unsynced.ShouldBeEmpty();
        _watch.AuditProblem.ShouldBe(
            "DefaultDenyProfiles cannot be read, so those in Audit are left out, and all else is enforced: made by a test"
        );
        _refused = null;
        await BecomesAsync(() => _watch.AuditProblem is null);
    }

    [Fact]
    public async Task WaitForSync_ProfilesAreNotDefined_IsOverAndNothingIsMissing()
    {
        (_refused, _code) = ("defaultdenyprofiles", 404);
        Start();

        await _watch.WaitForSyncAsync(Token);

        _watch.AuditProblem.ShouldBeNull();
    }

    [Theory]
    [InlineData("namespaces", "Namespace")]
    [InlineData("pods", "Pod")]
    [InlineData("networkpolicies", "NetworkPolicy")]
    [InlineData("nodes", "Node")]
    public async Task WaitForSync_AnEssentialKindIsRefused_WaitsAndSaysForWhatAndWhy(string resource, string kind)
    {
        _refused = resource;
        Start();
        var synced = _watch.WaitForSyncAsync(Token);

        await BecomesAsync(() => _watch.Unsynced is [var only] && only == $"{kind} (made by a test)");

        synced.IsCompleted.ShouldBeFalse();
        _refused = null;
        await BecomesAsync(() => synced.IsCompleted);
    }

    [Fact]
    public async Task AgeProblem_WatchesAreSilentButTakenUpAgain_IsNone()
    {
        await WatchAllAsync();

        for (var seconds = 0; seconds < 600; seconds += 10)
        {
            _clock.Advance(TimeSpan.FromSeconds(10));
            // By then a silent watch is resumed, which takes no time of the clock.
            await Eventually.TrueAsync(() => _watch.TimeSinceLastEvent <= TimeSpan.FromSeconds(150), Token);
            _watch.AgeProblem.ShouldBeNull();
        }

        _server.Exchanges.Count(exchange => exchange.IsWatch).ShouldBeGreaterThan(Kinds);
    }

    [Fact]
    public async Task AgeProblem_NothingIsAnsweredAnyMore_NamesTheKindsUntilItIs()
    {
        await WatchAllAsync();
        _watch.AgeProblem.ShouldBeNull();

        _isSilent = true;
        await BecomesAsync(() => _watch.AgeProblem is not null);

        _watch.AgeProblem.ShouldBe(
            "nothing came from the API server about Namespace, Pod, NetworkPolicy, Node, DefaultDenyProfile objects for more than 3 min; "
                + "the rules are as the cluster was then"
        );
        _isSilent = false;
        await BecomesAsync(() => _watch.AgeProblem is null);
    }

    // All kinds are listed, and their watches taken up at one moment.
    private async Task WatchAllAsync()
    {
        _gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Start();
        await _watch.WaitForSyncAsync(Token);
        await Eventually.TrueAsync(() => _server.Exchanges.Count(exchange => exchange.IsWatch) == Kinds, Token);
        _clock.Advance(TimeSpan.FromSeconds(1));
        _gate.SetResult();
        await Eventually.TrueAsync(() => _watch.TimeSinceLastEvent == TimeSpan.Zero, Token);
    }

    private void Start() => _running = _watch.RunAsync(new DirtySignal(_clock), _end.Token);

    private async Task AnswerAsync(FaultExchange exchange)
    {
        if (_isSilent)
        {
            await exchange.StaySilentAsync();
        }
        else if (_refused is { } refused && exchange.Path.Contains($"/{refused}?", StringComparison.Ordinal))
        {
            await exchange.RefuseAsync(_code, "Refused");
        }
        else if (exchange.IsWatch)
        {
            await (_gate?.Task ?? Task.CompletedTask);
            await exchange.BeginAsync();
            await exchange.StaySilentAsync();
        }
        else
        {
            await exchange.RespondAsync(200, """{"metadata":{"resourceVersion":"1"},"items":[]}""");
        }
    }

    // Waits for a next attempt are over soon.
    private Task BecomesAsync(Func<bool> condition) =>
        Eventually.TrueAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(5));
                return condition();
            },
            Token
        );
}
