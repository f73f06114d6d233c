namespace Palisade.Runtime.Caching;

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
