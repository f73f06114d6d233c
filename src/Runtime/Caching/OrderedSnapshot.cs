using Palisade.Kubernetes;

namespace Palisade.Runtime.Caching;

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
