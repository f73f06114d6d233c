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

/// <summary>Informers would hold more than their <see cref="CacheBudget"/> allows. It ends the informer that meets it.</summary>
public sealed class CacheBudgetException : Exception
{
    /// <summary>Makes one for a limit.</summary>
    /// <param name="limit">The limit.</param>
    public CacheBudgetException(long limit)
        : base(FormattableString.Invariant($"the caches would hold more than {limit} objects")) { }

    /// <summary>Makes one.</summary>
    public CacheBudgetException() { }

    /// <summary>Makes one with a message.</summary>
    public CacheBudgetException(string message)
        : base(message) { }

    /// <summary>Makes one with a message and a cause.</summary>
    public CacheBudgetException(string message, Exception innerException)
        : base(message, innerException) { }
}

/// <summary>What one informer has taken of a <see cref="CacheBudget"/>. Not thread-safe: one informer reads one thing at a time.</summary>
internal sealed class CacheShare<T>(CacheBudget budget, Func<T, int> weigh)
    where T : class
{
    private long _cached;
    private long _read;

    /// <summary>A list begins; what was read of one that broke off is gone.</summary>
    public void BeginList() => Release(ref _read);

    /// <summary>An object was read.</summary>
    /// <exception cref="CacheBudgetException">There is no room for it.</exception>
    public void Read(T entity)
    {
        var weight = weigh(entity);
        _read += weight;
        budget.Take(weight);
    }

    /// <summary>What was read takes the place of all that was in the cache.</summary>
    public void Replace()
    {
        Release(ref _cached);
        (_cached, _read) = (_read, 0);
    }

    /// <summary>What was read takes the place of one object; null when it is new.</summary>
    public void Set(T? old)
    {
        (_cached, _read) = (_cached + _read, 0);
        Remove(old);
    }

    /// <summary>An object is gone.</summary>
    public void Remove(T? old)
    {
        if (old is not null)
        {
            var weight = weigh(old);
            _cached -= weight;
            budget.Take(-weight);
        }
    }

    private void Release(ref long part)
    {
        budget.Take(-part);
        part = 0;
    }
}
