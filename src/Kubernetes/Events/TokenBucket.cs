namespace Palisade.Kubernetes.Events;

/// <summary>Lets through a burst, and after it one thing a period.</summary>
internal sealed class TokenBucket(int burst, TimeSpan refill, TimeProvider timeProvider)
{
    private double tokens = burst;
    private long last = timeProvider.GetTimestamp();

    public bool TryTake()
    {
        var now = timeProvider.GetTimestamp();
        tokens = Math.Min(burst, tokens + (timeProvider.GetElapsedTime(last, now) / refill));
        last = now;
        if (tokens < 1)
        {
            return false;
        }

        tokens--;
        return true;
    }
}
