using k8s;
using Palisade.Kubernetes;

namespace Palisade.Runtime.Caching;

/// <summary>All objects of a kind as last seen, with indexes. Thread-safe. Says which keys a change concerns.</summary>
internal sealed class ObjectCache<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly Lock _gate = new();
    private readonly Func<T, T, bool> _isRelevantChange;
    private readonly Dictionary<string, CacheIndex<T>> _indexes;

    private readonly Dictionary<NamespacedName, T> _objects = [];
    private readonly OrderedSnapshot<T> _snapshot = new();

    public ObjectCache(InformerOptions<T> options)
    {
        _isRelevantChange = options.IsRelevantChange ?? ((_, _) => true);
        _indexes = options.Indexes.ToDictionary(pair => pair.Key, pair => new CacheIndex<T>(pair.Value), StringComparer.Ordinal);
    }

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _objects.Count;
            }
        }
    }

    public T? Get(NamespacedName key)
    {
        lock (_gate)
        {
            return _objects.GetValueOrDefault(key);
        }
    }

    /// <summary>All objects, in the order of their keys; the same list until something changes.</summary>
    public IReadOnlyList<T> List()
    {
        lock (_gate)
        {
            return _snapshot.Of(_objects);
        }
    }

    public IReadOnlyList<T> ByIndex(string index, string value)
    {
        lock (_gate)
        {
            return _indexes.TryGetValue(index, out var found)
                ? [.. found.Keys(value).Order().Select(key => _objects[key])]
                : throw new ArgumentException($"there is no index {index}", nameof(index));
        }
    }

    /// <summary>Takes an object in; true when that is a change to report.</summary>
    public bool Set(T entity)
    {
        lock (_gate)
        {
            return SetLocked(NamespacedName.Of(entity), entity);
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
    public IReadOnlyList<NamespacedName> Replace(IReadOnlyCollection<T> fresh)
    {
        lock (_gate)
        {
            var keep = fresh.Select(entity => NamespacedName.Of(entity)).ToHashSet();
            var changed = _objects.Keys.Where(key => !keep.Contains(key)).Order().ToList();
            changed.ForEach(key => RemoveLocked(key));
            foreach (var entity in fresh)
            {
                var key = NamespacedName.Of(entity);
                if (SetLocked(key, entity))
                {
                    changed.Add(key);
                }
            }

            return changed;
        }
    }

    private bool SetLocked(NamespacedName key, T entity)
    {
        var before = _objects.GetValueOrDefault(key);
        if (before is not null && before.Metadata.ResourceVersion == entity.Metadata.ResourceVersion)
        {
            return false; // A relist brings what is known already.
        }

        if (before is not null)
        {
            Unindex(key, before);
        }

        _objects[key] = entity;
        _snapshot.Changed(key);
        foreach (var index in _indexes.Values)
        {
            index.Add(key, entity);
        }

        // An object of the same name with another UID is another object, whatever it looks like.
        return before is null || before.Metadata.Uid != entity.Metadata.Uid || _isRelevantChange(before, entity);
    }

    private bool RemoveLocked(NamespacedName key)
    {
        if (!_objects.Remove(key, out var before))
        {
            return false;
        }

        _snapshot.Changed(key);
        Unindex(key, before);
        return true;
    }

    private void Unindex(NamespacedName key, T before)
    {
        foreach (var index in _indexes.Values)
        {
            index.Remove(key, before);
        }
    }
}
