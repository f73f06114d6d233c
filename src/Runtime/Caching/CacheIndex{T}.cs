using Palisade.Kubernetes;

namespace Palisade.Runtime.Caching;

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
