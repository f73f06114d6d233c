namespace Palisade.Operator.Caches;

/// <summary>
/// Passes a signal on at once, and what follows within a period all together at its end: at most one is passed on in each period, and none is
/// lost. Thread-safe.
/// </summary>
internal sealed class PacedSignal : IDisposable
{
    private readonly Lock _gate = new();
    private readonly TimeSpan _period;
    private readonly TimeProvider _clock;
    private readonly Action _pass;
    private readonly ITimer _timer;
    private DateTimeOffset _free = DateTimeOffset.MinValue;
    private bool _isWaiting;

    /// <summary>Makes one that has passed nothing on yet.</summary>
    /// <param name="period">The least time between two signals that are passed on.</param>
    /// <param name="clock">Measures it.</param>
    /// <param name="pass">Where signals are passed on to.</param>
    public PacedSignal(TimeSpan period, TimeProvider clock, Action pass)
    {
        (_period, _clock, _pass) = (period, clock, pass);
        _timer = clock.CreateTimer(_ => Pass(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Signals.</summary>
    public void Signal()
    {
        lock (_gate)
        {
            var wait = _free - _clock.GetUtcNow();
            if (_isWaiting || wait > TimeSpan.Zero)
            {
                if (!_isWaiting)
                {
                    _isWaiting = true;
                    _timer.Change(wait, Timeout.InfiniteTimeSpan);
                }

                return;
            }

            _free = _clock.GetUtcNow() + _period;
        }

        _pass();
    }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

    private void Pass()
    {
        lock (_gate)
        {
            _isWaiting = false;
            _free = _clock.GetUtcNow() + _period;
        }

        _pass();
    }
}
