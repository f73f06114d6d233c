using Palisade.Testing;

namespace Palisade.Agent.Tests;

public sealed class DirtySignalTests
{
    private static readonly TimeSpan Long = TimeSpan.FromHours(1);
    private readonly ManualTimeProvider _clock = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task WaitAsync_MarkedBefore_ReturnsAtOnce()
    {
        var signal = new DirtySignal(_clock);
        var marked = _clock.GetTimestamp();
        signal.Mark();

        (await signal.WaitAsync(Long, Token)).ShouldBe(marked);
    }

    [Fact]
    public async Task WaitAsync_MarkedManyTimes_IsOneMarkWithTheOldestTime()
    {
        var signal = new DirtySignal(_clock);
        var oldest = _clock.GetTimestamp();
        for (var i = 0; i < 1000; i++)
        {
            signal.Mark();
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        (await signal.WaitAsync(Long, Token)).ShouldBe(oldest);
        signal.Take().ShouldBeNull();
    }

    [Fact]
    public async Task WaitAsync_MarkedWhileWaiting_Returns()
    {
        var signal = new DirtySignal(_clock);
        var waiting = signal.WaitAsync(Long, Token);
        waiting.IsCompleted.ShouldBeFalse();

        signal.Mark();

        (await waiting).ShouldNotBeNull();
    }

    [Fact]
    public async Task WaitAsync_TimeRunsOut_ReturnsNullAndLeavesNoTimer()
    {
        var signal = new DirtySignal(_clock);
        var waiting = signal.WaitAsync(TimeSpan.FromSeconds(10), Token);

        _clock.Advance(TimeSpan.FromSeconds(10));

        (await waiting).ShouldBeNull();
        _clock.Timers.ShouldBe(0);
    }

    [Fact]
    public async Task WaitAsync_NoTimeLeft_TakesTheMarkAllTheSame()
    {
        var signal = new DirtySignal(_clock);
        signal.Mark();

        (await signal.WaitAsync(TimeSpan.Zero, Token)).ShouldNotBeNull();
    }

    [Fact]
    public async Task WaitAsync_Cancelled_Throws()
    {
        var signal = new DirtySignal(_clock);
        using var stop = new CancellationTokenSource();
        var waiting = signal.WaitAsync(Long, stop.Token);

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(waiting);
    }

    [Fact]
    public async Task Mark_AfterTake_IsAMarkOfItsOwn()
    {
        var signal = new DirtySignal(_clock);
        signal.Mark();
        signal.Take().ShouldNotBeNull();

        signal.Mark();

        (await signal.WaitAsync(Long, Token)).ShouldNotBeNull();
    }
}
