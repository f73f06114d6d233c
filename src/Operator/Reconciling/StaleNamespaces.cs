namespace Palisade.Operator.Reconciling;

/// <summary>
/// Collects, for each custom resource, the namespaces that have to be looked at again, so that one change in a cluster with ten thousand
/// namespaces costs one look and not ten thousand. It never says what to do, only where to look. Thread-safe.
/// </summary>
internal sealed class StaleNamespaces
{
    private readonly Lock _gate = new();
    private readonly HashSet<string> _all = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, Staleness>> _single = new(StringComparer.Ordinal);

    /// <summary>Every namespace has to be looked at for the custom resource.</summary>
    public void MarkAll(string source)
    {
        lock (_gate)
        {
            _all.Add(source);
        }
    }

    /// <summary>One namespace has to be looked at for the custom resource.</summary>
    public void Mark(string source, string namespaceName, Staleness why)
    {
        lock (_gate)
        {
            if (!_single.TryGetValue(source, out var namespaces))
            {
                _single[source] = namespaces = new(StringComparer.Ordinal);
            }

            namespaces[namespaceName] = namespaces.GetValueOrDefault(namespaceName) | why;
        }
    }

    /// <summary>Takes what was collected for the custom resource.</summary>
    public StaleSet Take(string source)
    {
        lock (_gate)
        {
            var everything = _all.Remove(source);
            return _single.Remove(source, out var namespaces) || everything
                ? new(everything, namespaces ?? StaleSet.Nothing.Namespaces)
                : StaleSet.Nothing;
        }
    }
}
