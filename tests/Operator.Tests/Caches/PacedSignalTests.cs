using Palisade.Operator.Caches;
using Palisade.Testing;

namespace Palisade.Operator.Tests.Caches;

public sealed class PacedSignalTests : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);
    private readonly ManualTimeProvider _clock = new();
    private readonly PacedSignal _signal;
    private int _passed;

    public PacedSignalTests() => _signal = new PacedSignal(Period, _clock, () => _passed++);

    [Fact]
    public void Signal_First_IsPassedOnAtOnce()
    {
        _signal.Signal();

        _passed.ShouldBe(1);
    }

    [Fact]
    public void Signal_ManyWithinThePeriod_ArePassedOnTogetherAtItsEnd()
    {
        for (var i = 0; i < 100; i++)
        {
            _signal.Signal();
        }

        _clock.Advance(Period - TimeSpan.FromTicks(1));
        _passed.ShouldBe(1);
        _clock.Advance(TimeSpan.FromTicks(1));
        _passed.ShouldBe(2);
        _clock.Advance(10 * Period);
        _passed.ShouldBe(2);
    }

    [Fact]
    public void Signal_WithoutEnd_IsPassedOnOnceAPeriod()
    {
        for (var second = 0; second < 60; second++)
        {
            _signal.Signal();
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        _passed.ShouldBe(7, "the first, and one at the end of each of six periods");
    }

    [Fact]
    public void Signal_AfterAQuietPeriod_IsPassedOnAtOnce()
    {
        _signal.Signal();
        _clock.Advance(Period);

        _signal.Signal();

        _passed.ShouldBe(2);
    }

    public void Dispose() => _signal.Dispose();
}
