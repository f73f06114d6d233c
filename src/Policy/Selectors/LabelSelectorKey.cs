using System.Text;

namespace Palisade.Policy.Selectors;

/// <summary>
/// Canonical text of a label selector, in the notation of <c>kubectl -l</c>. Selectors that say the same have the same text:
/// order and repetition do not matter, and a matchLabels entry is an In with one value. Different selectors have different
/// texts, whatever characters they contain, so that the text can stand for the selector in hashes and in shared sets.
/// </summary>
public static class LabelSelectorKey
{
    /// <summary>Text of an absent selector, which matches nothing.</summary>
    public const string Nothing = "<nothing>";

    /// <summary>Text of an empty selector, which matches everything.</summary>
    public const string Everything = "<everything>";

    /// <summary>Canonical text of the selector.</summary>
    public static string From(V1LabelSelector? selector)
    {
        if (selector is null)
        {
            return Nothing;
        }

        var parts = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (key, value) in selector.MatchLabels ?? new Dictionary<string, string>(StringComparer.Ordinal))
        {
            parts.Add(Text(key, SelectorOperators.In, [value]));
        }

        foreach (var requirement in selector.MatchExpressions ?? [])
        {
            parts.Add(Text(requirement.Key, requirement.OperatorProperty, requirement.Values ?? []));
        }

        return parts.Count == 0 ? Everything : string.Join(',', parts);
    }

    private static string Text(string key, string operation, IList<string> values)
    {
        var name = Escape(key);
        var list = string.Join(',', new SortedSet<string>(values.Select(Escape), StringComparer.Ordinal));
        return operation switch
        {
            SelectorOperators.In => $"{name} in ({list})",
            SelectorOperators.NotIn => $"{name} notin ({list})",
            SelectorOperators.Exists when values.Count == 0 => name,
            SelectorOperators.DoesNotExist when values.Count == 0 => $"!{name}",
            _ => $"{name} {Escape(operation)}? ({list})",
        };
    }

    /// <summary>Percent-encodes what has a meaning in the text; valid label keys and values have none of it.</summary>
    private static string Escape(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return text is null ? "%0" : "%";
        }

        var builder = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/')
            {
                builder.Append(c);
            }
            else
            {
                builder.Append('%').Append(((int)c).ToString("X4", System.Globalization.CultureInfo.InvariantCulture));
            }
        }

        return builder.ToString();
    }
}

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
