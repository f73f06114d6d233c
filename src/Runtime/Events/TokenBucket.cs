namespace Palisade.Runtime.Events;

/// <summary>Lets through a burst, and after it one thing a period.</summary>
internal sealed class TokenBucket(int burst, TimeSpan refill, TimeProvider timeProvider)
{
    private double _tokens = burst;
    private long _last = timeProvider.GetTimestamp();

    public bool TryTake()
    {
        var now = timeProvider.GetTimestamp();
        _tokens = Math.Min(burst, _tokens + (timeProvider.GetElapsedTime(_last, now) / refill));
        _last = now;
        if (_tokens < 1)
        {
            return false;
        }

        _tokens--;
        return true;
    }
}
