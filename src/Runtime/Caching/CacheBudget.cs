namespace Palisade.Runtime.Caching;

/// <summary>
/// How much informers that share it may hold together: what their caches hold, and what they have read of a list that is not complete. For a
/// program that can do without the caches, and not without its memory.
/// </summary>
/// <param name="limit">The most that may be held, in the units of <see cref="InformerOptions{TWire, TFacts}.Weight"/>.</param>
public sealed class CacheBudget(long limit)
{
    private long _held;

    /// <summary>The most that may be held.</summary>
    public long Limit => limit;

    /// <summary>What is held now.</summary>
    public long Held => Interlocked.Read(ref _held);

    /// <summary>Takes some of it; less than 0 gives back.</summary>
    /// <exception cref="CacheBudgetException">More would be held than may be.</exception>
    internal void Take(long weight)
    {
        if (Interlocked.Add(ref _held, weight) > limit && weight > 0)
        {
            throw new CacheBudgetException(limit);
        }
    }
}
