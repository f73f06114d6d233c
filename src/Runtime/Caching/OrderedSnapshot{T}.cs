using k8s;
using Palisade.Kubernetes;

namespace Palisade.Runtime.Caching;

/// <summary>
/// Objects in the order of their keys. Some caches are listed after every change, others nearly never: what changed since the last list is
/// put in its place in a copy of that list, and when that is much, nothing more is noted, and all is put in order when it is asked for.
/// </summary>
internal sealed class OrderedSnapshot<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private const int MostChanges = 256;
    private readonly HashSet<NamespacedName> _changed = [];
    private T[]? _last;

    /// <summary>Notes that an object came, changed or went.</summary>
    public void Changed(NamespacedName key)
    {
        if (_last is null)
        {
            return;
        }

        _changed.Add(key);
        if (_changed.Count > MostChanges)
        {
            _last = null;
            _changed.Clear();
        }
    }

    /// <summary>The objects in order; the same list until something changes.</summary>
    public IReadOnlyList<T> Of(Dictionary<NamespacedName, T> objects)
    {
        if (_last is null)
        {
            _last = [.. objects.OrderBy(entry => entry.Key).Select(entry => entry.Value)];
        }
        else if (_changed.Count > 0)
        {
            _last = WithChanges(_last, objects);
            _changed.Clear();
        }

        return _last;
    }

    private T[] WithChanges(T[] last, Dictionary<NamespacedName, T> objects)
    {
        var next = new T[objects.Count];
        var (taken, written) = (0, 0);
        foreach (var key in _changed.Order())
        {
            var found = Find(last, key, taken);
            var place = found < 0 ? ~found : found;
            Array.Copy(last, taken, next, written, place - taken);
            written += place - taken;
            taken = found < 0 ? place : place + 1;
            if (objects.TryGetValue(key, out var entity))
            {
                next[written++] = entity;
            }
        }

        Array.Copy(last, taken, next, written, last.Length - taken);
        return next;
    }

    /// <summary>Where the key is, from a place on; the complement of where it would be when it is not there.</summary>
    private static int Find(T[] sorted, NamespacedName key, int from)
    {
        var (low, high) = (from, sorted.Length - 1);
        while (low <= high)
        {
            var middle = low + ((high - low) / 2);
            switch (NamespacedName.Of(sorted[middle]).CompareTo(key))
            {
                case 0:
                    return middle;
                case < 0:
                    low = middle + 1;
                    break;
                default:
                    high = middle - 1;
                    break;
            }
        }

        return ~low;
    }
}
