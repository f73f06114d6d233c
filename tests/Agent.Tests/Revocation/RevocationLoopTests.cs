using Palisade.Agent.Health;
using Palisade.Agent.Revocation;
using Palisade.Agent.Tests.Fakes;
using Palisade.Testing;

namespace Palisade.Agent.Tests.Revocation;

public sealed class RevocationLoopTests : IAsyncDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly FaultyApplier _applier = new();
    private readonly RecordedLog<RevocationLoop> _log = new();
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
    private readonly AgentMetrics _metrics;
    private Task _running = Task.CompletedTask;

    public RevocationLoopTests() => _metrics = new(new Readiness(new RecordedLog<Readiness>()), () => null, _clock);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_ConnectionsCannotBeRead_StaysPendingUntilTheyCan()
    {
        _applier.CutFailures.Enqueue("the list of connections broke off");
        _applier.CutFailures.Enqueue("the list of connections broke off");
        var tightened = new DirtySignal(_clock);
        tightened.Mark();

        _running = new RevocationLoop(_applier, _metrics, _log, _clock).RunAsync(tightened, _stop.Token);

        await Eventually.TrueAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                return _applier.Calls.Length == 3;
            },
            Token,
            "asked again, without another mark, until it was told all"
        );
        _log.Lines.Count(line => line.Contains("broke off", StringComparison.Ordinal)).ShouldBe(1);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(_running);
        _stop.Dispose();
        _metrics.Dispose();
    }
}
