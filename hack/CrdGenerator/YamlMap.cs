using System.Collections;

namespace Palisade.CrdGenerator;

/// <summary>A YAML mapping that keeps the order in which its entries were set; an entry set to null is left out.</summary>
internal sealed class YamlMap : IEnumerable<KeyValuePair<string, object>>
{
    private readonly List<KeyValuePair<string, object>> _entries = [];

    /// <summary>Appends an entry.</summary>
    /// <param name="key">Key of the entry, not set before.</param>
    public object? this[string key]
    {
        set
        {
            if (value is not null)
            {
                _entries.Add(KeyValuePair.Create(key, value));
            }
        }
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, object>> GetEnumerator() => _entries.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
