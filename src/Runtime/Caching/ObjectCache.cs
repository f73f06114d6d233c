using Palisade.Kubernetes;

namespace Palisade.Runtime.Caching;

/// <summary>What is kept of an object, and what tells whether it is still the same one.</summary>
internal sealed record CacheEntry<T>(NamespacedName Key, string? ResourceVersion, string? Uid, T Facts);

/// <summary>Facts of all objects of a kind as last seen, with indexes. Thread-safe. Says which keys a change concerns.</summary>
/// <param name="indexes">Values under which an object can be found, by name of the index.</param>
/// <param name="isSame">Whether a change (old, new) is none: the old facts stay, so that who compares by reference sees it too.</param>
/// <param name="isReported">Whether a change (old, new) is to be reported.</param>
internal sealed class ObjectCache<T>(
    IReadOnlyDictionary<string, Func<T, IEnumerable<string>>> indexes,
    Func<T, T, bool> isSame,
    Func<T, T, bool> isReported
)
    where T : class
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, CacheIndex<T>> _indexes = indexes.ToDictionary(
        pair => pair.Key,
        pair => new CacheIndex<T>(pair.Value),
        StringComparer.Ordinal
    );

    private readonly Dictionary<NamespacedName, CacheEntry<T>> _entries = [];
    private readonly OrderedSnapshot<T> _snapshot = new();

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _entries.Count;
            }
        }
    }

    public T? Get(NamespacedName key)
    {
        lock (_gate)
        {
            return _entries.GetValueOrDefault(key)?.Facts;
        }
    }

    /// <summary>All objects, in the order of their keys; the same list until something changes.</summary>
    public IReadOnlyList<T> List()
    {
        lock (_gate)
        {
            return _snapshot.Of(_entries);
        }
    }

    public IReadOnlyList<T> ByIndex(string index, string value)
    {
        lock (_gate)
        {
            return _indexes.TryGetValue(index, out var found)
                ? [.. found.Keys(value).Order().Select(key => _entries[key].Facts)]
                : throw new ArgumentException($"there is no index {index}", nameof(index));
        }
    }

    /// <summary>Takes an object in; true when that is a change to report.</summary>
    public bool Set(CacheEntry<T> entry)
    {
        lock (_gate)
        {
            return SetLocked(entry);
        }
    }

    /// <summary>Drops an object; true when there was one.</summary>
    public bool Remove(NamespacedName key)
    {
        lock (_gate)
        {
            return RemoveLocked(key);
        }
    }

    /// <summary>Makes the cache hold exactly these objects; returns the keys of what came, changed or went.</summary>
    public IReadOnlyList<NamespacedName> Replace(IReadOnlyCollection<CacheEntry<T>> fresh)
    {
        lock (_gate)
        {
            var keep = fresh.Select(entry => entry.Key).ToHashSet();
            var changed = _entries.Keys.Where(key => !keep.Contains(key)).Order().ToList();
            changed.ForEach(key => RemoveLocked(key));
            changed.AddRange(fresh.Where(SetLocked).Select(entry => entry.Key));
            return changed;
        }
    }

    private bool SetLocked(CacheEntry<T> entry)
    {
        var before = _entries.GetValueOrDefault(entry.Key);
        if (before is not null && before.ResourceVersion == entry.ResourceVersion)
        {
            return false; // A relist brings what is known already.
        }

        // An object of the same name with another UID is another object, whatever it looks like.
        var isOther = before is null || before.Uid != entry.Uid;
        if (!isOther && isSame(before!.Facts, entry.Facts))
        {
            _entries[entry.Key] = before with { ResourceVersion = entry.ResourceVersion };
            return false;
        }

        if (before is not null)
        {
            Unindex(before);
        }

        _entries[entry.Key] = entry;
        _snapshot.Changed(entry.Key);
        foreach (var index in _indexes.Values)
        {
            index.Add(entry.Key, entry.Facts);
        }

        return isOther || isReported(before!.Facts, entry.Facts);
    }

    private bool RemoveLocked(NamespacedName key)
    {
        if (!_entries.Remove(key, out var before))
        {
            return false;
        }

        _snapshot.Changed(key);
        Unindex(before);
        return true;
    }

    private void Unindex(CacheEntry<T> before)
    {
        foreach (var index in _indexes.Values)
        {
            index.Remove(before.Key, before.Facts);
        }
    }
}

/// <summary>Keys of objects by a value that each has, or by several.</summary>
/// <param name="values">Values of an object; must give the same for the same object.</param>
internal sealed class CacheIndex<T>(Func<T, IEnumerable<string>> values)
{
    private readonly Dictionary<string, HashSet<NamespacedName>> _keys = new(StringComparer.Ordinal);

    public IEnumerable<NamespacedName> Keys(string value) => _keys.TryGetValue(value, out var found) ? found : [];

    public void Add(NamespacedName key, T entity)
    {
        foreach (var value in values(entity))
        {
            if (!_keys.TryGetValue(value, out var found))
            {
                _keys[value] = found = [];
            }

            found.Add(key);
        }
    }

    public void Remove(NamespacedName key, T entity)
    {
        foreach (var value in values(entity))
        {
            if (_keys.TryGetValue(value, out var found) && found.Remove(key) && found.Count == 0)
            {
                _keys.Remove(value);
            }
        }
    }
}

/// <summary>
/// Facts in the order of their keys. Some caches are listed after every change, others nearly never: what changed since the last list is
/// put in its place in a copy of that list, and when that is much, nothing more is noted, and all is put in order when it is asked for.
/// </summary>
internal sealed class OrderedSnapshot<T>
    where T : class
{
    private const int MaxChanges = 256;
    private readonly HashSet<NamespacedName> _changed = [];
    private NamespacedName[] _keys = [];
    private T[]? _last;

    /// <summary>Notes that an object came, changed or went.</summary>
    public void Changed(NamespacedName key)
    {
        if (_last is null)
        {
            return;
        }

        _changed.Add(key);
        if (_changed.Count > MaxChanges)
        {
            (_keys, _last) = ([], null);
            _changed.Clear();
        }
    }

    /// <summary>The facts in order; the same list until something changes.</summary>
    public IReadOnlyList<T> Of(Dictionary<NamespacedName, CacheEntry<T>> entries)
    {
        if (_last is null)
        {
            _keys = [.. entries.Keys.Order()];
            _last = Array.ConvertAll(_keys, key => entries[key].Facts);
        }
        else if (_changed.Count > 0)
        {
            (_keys, _last) = WithChanges(_last, entries);
            _changed.Clear();
        }

        return _last;
    }

    private (NamespacedName[] Keys, T[] Facts) WithChanges(T[] last, Dictionary<NamespacedName, CacheEntry<T>> entries)
    {
        var (keys, facts) = (new NamespacedName[entries.Count], new T[entries.Count]);
        var (taken, written) = (0, 0);
        foreach (var key in _changed.Order())
        {
            var found = Array.BinarySearch(_keys, taken, _keys.Length - taken, key);
            Take(found < 0 ? ~found : found);
            taken += found < 0 ? 0 : 1;
            if (entries.TryGetValue(key, out var entry))
            {
                (keys[written], facts[written]) = (key, entry.Facts);
                written++;
            }
        }

        Take(last.Length);
        return (keys, facts);

        void Take(int end)
        {
            Array.Copy(_keys, taken, keys, written, end - taken);
            Array.Copy(last, taken, facts, written, end - taken);
            written += end - taken;
            taken = end;
        }
    }
}
