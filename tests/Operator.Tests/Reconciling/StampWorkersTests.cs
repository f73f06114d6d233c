using System.Collections.Concurrent;
using Palisade.Kubernetes.Client;
using Palisade.Operator.Reconciling;
using Palisade.Operator.Statuses;
using Palisade.Runtime.Queues;
using Palisade.Testing;

namespace Palisade.Operator.Tests.Reconciling;

public sealed class StampWorkersTests : IAsyncLifetime
{
    private static readonly StampKey One = new("ClusterNetworkPolicy", "x", "a");
    private static readonly StampKey Other = new("ClusterNetworkPolicy", "x", "b");
    private readonly CancellationTokenSource _stop = new();
    private readonly ManualTimeProvider _clock = new();
    private readonly RecordingLogger<StampWorkers> _logger = new();
    private readonly ConcurrentQueue<StampKey> _seen = new();
    private readonly ConcurrentQueue<StampKey> _done = new();
    private readonly WorkQueue<StampKey> _queue;
    private Func<StampKey, NamespaceOutcome?> _reconcile = _ => null;
    private Task _running = Task.CompletedTask;

    public StampWorkersTests() => _queue = new WorkQueue<StampKey>("test", timeProvider: _clock);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_FaultInOneNamespace_IsLoggedAndTriedAgainAndTheOthersGoOn()
    {
        _reconcile = key => key == One ? throw new InvalidOperationException("broken") : null;
        _queue.Add(One);
        _queue.Add(Other);

        await Eventually.TrueAsync(() => _seen.Contains(Other) && _queue.Failures(One) == 1, Cancel);
        _logger
            .Messages.ShouldHaveSingleItem()
            .ShouldContain("ClusterNetworkPolicy x in namespace a is not reconciled (InvalidOperationException: broken)");
        _reconcile = _ => null;
        await PassAsync(() => _done.Contains(One));
    }

    [Fact]
    public async Task RunAsync_ApiServerIsAway_RestsAndSaysSoOnceUntilItIsBack()
    {
        _reconcile = _ => throw new KubernetesException(new V1Status { Reason = StatusReasons.Unreachable, Message = "away" });
        _queue.Add(One);
        await Eventually.TrueAsync(() => !_seen.IsEmpty && _clock.Timers > 0, Cancel);
        _queue.Add(Other);
        _seen.Count.ShouldBe(1, "without the API server no other would fare better");

        await PassAsync(() => _seen.Count >= 3);
        _logger.Messages.ShouldHaveSingleItem().ShouldContain("away");
        _reconcile = _ => null;
        await PassAsync(() => _done.Contains(One) && _done.Contains(Other));
        _reconcile = _ => throw new KubernetesException(new V1Status { Reason = StatusReasons.Unreachable, Message = "away" });
        _queue.Add(One);
        await Eventually.TrueAsync(() => _logger.Messages.Count == 2, Cancel);
    }

    public ValueTask InitializeAsync()
    {
        var workers = new StampWorkers(_queue, 1, (key, _) => ReconcileAsync(key), _logger, _clock);
        _running = workers.RunAsync(_stop.Token);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(_running);
        _queue.Dispose();
        _stop.Dispose();
    }

    private Task<NamespaceOutcome?> ReconcileAsync(StampKey key)
    {
        _seen.Enqueue(key);
        var outcome = _reconcile(key);
        _done.Enqueue(key);
        return Task.FromResult(outcome);
    }

    /// <summary>Lets time pass until something holds.</summary>
    private Task PassAsync(Func<bool> holds) =>
        Eventually.TrueAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                return holds();
            },
            Cancel
        );
}
