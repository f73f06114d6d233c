namespace Palisade.Policy;

/// <summary>
/// Keeps one copy of each value that facts have in common: ten thousand pods share a few hundred namespaces, nodes, labels and lists of ports, and
/// every one comes off the wire as an object of its own. Thread-safe.
/// </summary>
/// <remarks>
/// Values are never dropped one by one; when there are too many, all are, so that labels with an ever new value (a job's name, a
/// template's hash) cannot fill the memory. Nothing but sharing is lost.
/// </remarks>
public sealed class FactsPool(int capacity = 16384)
{
    private readonly Lock _lock = new();
    private readonly HashSet<object> _values = [];

    /// <summary>The shared copy of an immutable value.</summary>
    public T Share<T>(T value)
        where T : class, IEquatable<T>
    {
        ArgumentNullException.ThrowIfNull(value);
        lock (_lock)
        {
            if (_values.TryGetValue(value, out var shared))
            {
                return (T)shared;
            }

            if (_values.Count >= capacity)
            {
                _values.Clear();
            }

            _values.Add(value);
            return value;
        }
    }

    /// <summary>The shared copy of a value where there is a pool; the value itself where there is none.</summary>
    internal static T Share<T>(T value, FactsPool? pool)
        where T : class, IEquatable<T> => pool is null ? value : pool.Share(value);
}
