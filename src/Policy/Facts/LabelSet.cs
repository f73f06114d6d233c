using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Palisade.Policy;

/// <summary>The labels of an object, in the ordinal order of their keys. Never changed; equals another set of the same labels.</summary>
public sealed class LabelSet : IReadOnlyCollection<KeyValuePair<string, string>>, IEquatable<LabelSet>
{
    // Key, value, key, value: the labels of ten thousand pods are in memory, and few have more than ten.
    private readonly string[] _pairs;

    private LabelSet(string[] pairs) => _pairs = pairs;

    /// <summary>No labels.</summary>
    public static LabelSet Empty { get; } = new([]);

    /// <inheritdoc/>
    public int Count => _pairs.Length / 2;

    /// <summary>Value of the label.</summary>
    /// <exception cref="KeyNotFoundException">There is none of the key.</exception>
    public string this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"no label {key}");

    /// <summary>Takes the labels of an object; none are the same as none given.</summary>
    public static LabelSet From(IDictionary<string, string>? labels) => From(labels, null);

    /// <summary>Value of the label, if there is one of the key.</summary>
    public bool TryGetValue(string key, [NotNullWhen(true)] out string? value)
    {
        for (var i = 0; i < _pairs.Length; i += 2)
        {
            if (string.Equals(_pairs[i], key, StringComparison.Ordinal))
            {
                value = _pairs[i + 1];
                return true;
            }
        }

        value = null;
        return false;
    }

    /// <inheritdoc/>
    public bool Equals(LabelSet? other) =>
        ReferenceEquals(this, other) || (other is not null && _pairs.AsSpan().SequenceEqual(other._pairs));

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as LabelSet);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var text in _pairs)
        {
            hash.Add(text, StringComparer.Ordinal);
        }

        return hash.ToHashCode();
    }

    /// <summary><c>key=value</c> of each, with commas between.</summary>
    public override string ToString() => string.Join(',', this.Select(label => $"{label.Key}={label.Value}"));

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator()
    {
        for (var i = 0; i < _pairs.Length; i += 2)
        {
            yield return new(_pairs[i], _pairs[i + 1]);
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal static LabelSet From(IDictionary<string, string>? labels, FactsPool? pool)
    {
        if (labels is not { Count: > 0 })
        {
            return Empty;
        }

        var keys = new string[labels.Count];
        labels.Keys.CopyTo(keys, 0);
        Array.Sort(keys, StringComparer.Ordinal);
        var pairs = new string[keys.Length * 2];
        for (var i = 0; i < keys.Length; i++)
        {
            pairs[2 * i] = FactsPool.Share(keys[i], pool);
            pairs[(2 * i) + 1] = FactsPool.Share(labels[keys[i]] ?? "", pool);
        }

        return FactsPool.Share(new LabelSet(pairs), pool);
    }
}
