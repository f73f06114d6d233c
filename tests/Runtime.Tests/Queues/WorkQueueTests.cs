using Palisade.Hosting;
using Palisade.Kubernetes.Client;
using Palisade.Runtime.Queues;

namespace Palisade.Runtime.Tests.Queues;

public sealed class WorkQueueTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly WorkQueue<string> _queue;

    public WorkQueueTests() => _queue = new WorkQueue<string>("test", new BackoffOptions { Jitter = 0 }, _clock);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _queue.Dispose();

    [Fact]
    public async Task TakeAsync_KeyAddedTwice_GivesItOnce()
    {
        _queue.Add("a");
        _queue.Add("a");
        _queue.Add("b");

        (await _queue.TakeAsync(Token)).ShouldBe("a");
        (await _queue.TakeAsync(Token)).ShouldBe("b");
        _queue.Count.ShouldBe(0);
    }

    [Fact]
    public async Task Add_KeyThatIsWorkedOn_ComesBackWhenThatIsDoneAndNotBefore()
    {
        _queue.Add("a");
        await _queue.TakeAsync(Token);
        _queue.Add("a");
        _queue.Add("a");
        _queue.Count.ShouldBe(0);

        _queue.Done("a");

        _queue.Count.ShouldBe(1);
        (await _queue.TakeAsync(Token)).ShouldBe("a");
        _queue.Done("a");
        _queue.Count.ShouldBe(0);
    }

    [Fact]
    public async Task TakeAsync_SingleKeyAddedAfterABatch_ComesFirst()
    {
        _queue.AddBatch(["a", "b", "c"]);
        _queue.Add("changed");

        (await TakeAllAsync()).ShouldBe(["changed", "a", "b", "c"]);
    }

    [Fact]
    public async Task TakeAsync_KeyOfABatchThatIsAddedSingly_ComesFirstAndOnce()
    {
        _queue.AddBatch(["a", "b", "c"]);
        _queue.Add("b");
        _queue.AddBatch(["b"]);

        _queue.Count.ShouldBe(3);
        (await TakeAllAsync()).ShouldBe(["b", "a", "c"]);
    }

    [Fact]
    public async Task TakeAsync_SmallBatchAfterALargeOne_TakesTurnsWithIt()
    {
        _queue.AddBatch(["a1", "a2", "a3", "a4", "a5", "a6"]);
        await _queue.TakeAsync(Token);
        await _queue.TakeAsync(Token);

        _queue.AddBatch(["b1", "b2"]);

        var rest = await TakeAllAsync();
        rest.Take(4).ShouldBe(["a3", "b1", "a4", "b2"], ignoreOrder: true);
        rest[4..].ShouldBe(["a5", "a6"]);
    }

    [Fact]
    public async Task AddBatch_KeyThatIsWorkedOn_ComesBackOnceBehindWhatWasAddedSingly()
    {
        _queue.Add("a");
        await _queue.TakeAsync(Token);
        _queue.AddBatch(["a", "b"]);
        _queue.Add("changed");
        _queue.Done("a");

        _queue.Count.ShouldBe(3);
        (await TakeAllAsync()).ShouldBe(["changed", "b", "a"], ignoreOrder: true);
    }

    [Fact]
    public async Task AddAfter_ItsTimeComes_StandsBehindWhatWasAddedSingly()
    {
        _queue.AddAfter("later", TimeSpan.FromSeconds(1));
        _clock.Advance(TimeSpan.FromSeconds(1));
        _queue.Add("changed");

        (await TakeAllAsync()).ShouldBe(["changed", "later"]);
    }

    [Fact]
    public void Add_AfterTheEnd_IsPassedOver()
    {
        _queue.Dispose();

        // An informer that was calling back when its subscription ended must not be hit by it.
        _queue.Add("a");
        _queue.AddAfter("b", TimeSpan.FromSeconds(1));

        _queue.Count.ShouldBe(0);
    }

    [Fact]
    public async Task TakeAsync_EmptyQueue_WaitsForAKey()
    {
        var take = _queue.TakeAsync(Token).AsTask();
        take.IsCompleted.ShouldBeFalse();

        _queue.Add("a");

        (await take).ShouldBe("a");
    }

    [Fact]
    public async Task TakeAsync_Cancelled_LosesNoKey()
    {
        using var cancelled = new CancellationTokenSource();
        var take = _queue.TakeAsync(cancelled.Token).AsTask();
        await cancelled.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => take);

        _queue.Add("a");

        (await _queue.TakeAsync(Token)).ShouldBe("a");
    }

    [Fact]
    public void AddAfter_SeveralTimes_TheEarliestCountsAndTheKeyComesOnce()
    {
        _queue.AddAfter("a", TimeSpan.FromSeconds(10));
        _queue.AddAfter("a", TimeSpan.FromSeconds(2));
        _queue.AddAfter("a", TimeSpan.FromSeconds(5));

        _clock.Advance(TimeSpan.FromSeconds(1.9));
        _queue.Count.ShouldBe(0);
        _clock.Advance(TimeSpan.FromSeconds(0.2));
        _queue.Count.ShouldBe(1);
        _clock.Advance(TimeSpan.FromSeconds(60));
        _queue.Count.ShouldBe(1);
    }

    [Fact]
    public void AddAfter_SeveralKeys_EachComesInItsTime()
    {
        _queue.AddAfter("late", TimeSpan.FromSeconds(3));
        _queue.AddAfter("early", TimeSpan.FromSeconds(1));
        _queue.AddAfter("now", TimeSpan.Zero);

        _queue.Count.ShouldBe(1);
        _clock.Advance(TimeSpan.FromSeconds(1));
        _queue.Count.ShouldBe(2);
        _clock.Advance(TimeSpan.FromSeconds(2));
        _queue.Count.ShouldBe(3);
    }

    [Fact]
    public void AddWithBackoff_RepeatedFailures_DoubleTheWaitToTheMaximumUntilForgotten()
    {
        var waits = Enumerable.Range(0, 20).Select(_ => _queue.AddWithBackoff("a")).ToList();

        waits[..4].Select(wait => wait.TotalSeconds).ShouldBe([0.1, 0.2, 0.4, 0.8]);
        waits[^1].ShouldBe(TimeSpan.FromMinutes(5));
        _queue.Failures("a").ShouldBe(20);

        _queue.Forget("a");
        _queue.AddWithBackoff("a").ShouldBe(TimeSpan.FromSeconds(0.1));
    }

    [Fact]
    public void AddWithBackoff_OneKey_LeavesTheOthersAlone()
    {
        _queue.AddWithBackoff("a");
        _queue.AddWithBackoff("a");

        _queue.AddWithBackoff("b").ShouldBe(TimeSpan.FromSeconds(0.1));
    }

    [Fact]
    public async Task TakeAsync_KeyThatWaited_IsMeasured()
    {
        using var metrics = new MetricsCollector();
        using var measured = new WorkQueue<string>("measured", timeProvider: _clock);
        measured.Add("a");
        measured.Add("b");
        _clock.Advance(TimeSpan.FromSeconds(3));

        await measured.TakeAsync(Token);

        var written = metrics.Write();
        written.ShouldContain("palisade_workqueue_depth{queue=\"measured\"} 1\n");
        written.ShouldContain("palisade_workqueue_latency_seconds_sum{queue=\"measured\"} 3\n");
    }

    [Fact]
    public async Task ManyWorkers_ManyKeys_NeverWorkOnOneKeyAtOnceAndMissNoAddition()
    {
        const int Keys = 10;
        var added = new int[Keys];
        var seen = new int[Keys];
        var busy = new int[Keys];
        using var real = new WorkQueue<int>("many");
        using var end = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var workers = Enumerable.Range(0, 8).Select(_ => Task.Run(WorkAsync, Token)).ToList();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(seed => Task.Run(() => AddMany(new Random(seed)), Token)));
        await Eventually.TrueAsync(() => added.SequenceEqual(seen) && real.Count == 0, Token);
        await end.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => Task.WhenAll(workers));

        void AddMany(Random random)
        {
            for (var i = 0; i < 5000; i++)
            {
                var key = random.Next(Keys);
                Interlocked.Increment(ref added[key]);
                if (random.Next(2) == 0)
                {
                    real.Add(key);
                }
                else
                {
                    real.AddBatch([key]);
                }
            }
        }

        async Task WorkAsync()
        {
            while (true)
            {
                var key = await real.TakeAsync(end.Token);
                Interlocked.Increment(ref busy[key]).ShouldBe(1);
                Volatile.Write(ref seen[key], Volatile.Read(ref added[key]));
                await Task.Yield();
                Interlocked.Decrement(ref busy[key]);
                real.Done(key);
            }
        }
    }

    private async Task<List<string>> TakeAllAsync()
    {
        var taken = new List<string>();
        while (_queue.Count > 0)
        {
            taken.Add(await _queue.TakeAsync(Token));
        }

        return taken;
    }
}
