namespace Palisade.Policy.Selectors;

/// <summary>Compares the labels of objects: the same keys with the same values, in any order; no labels are the same as none given.</summary>
public sealed class LabelSetComparer : IEqualityComparer<IDictionary<string, string>?>
{
    private LabelSetComparer() { }

    /// <summary>The comparer, which has no state.</summary>
    public static LabelSetComparer Instance { get; } = new();

    /// <inheritdoc/>
    public bool Equals(IDictionary<string, string>? x, IDictionary<string, string>? y)
    {
        if (ReferenceEquals(x, y))
        {
            return true;
        }

        var count = x?.Count ?? 0;
        return count == (y?.Count ?? 0)
            && (count == 0 || x!.All(label => y!.TryGetValue(label.Key, out var value) && value == label.Value));
    }

    /// <inheritdoc/>
    public int GetHashCode(IDictionary<string, string>? obj) =>
        obj?.Aggregate(0, (hash, label) => hash + HashCode.Combine(label.Key, label.Value)) ?? 0;
}
