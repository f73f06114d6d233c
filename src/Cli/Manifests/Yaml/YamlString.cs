using System.Globalization;
using System.Text;

namespace Palisade.Cli.Manifests.Yaml;

/// <summary>
/// Strings as YAML that readers of YAML 1.1 (kubectl and most others) and of YAML 1.2 take for the same string: where either could read
/// something else, such as a boolean (<c>NO</c>, <c>y</c>), a number (<c>0b1</c>, <c>1_000</c>, <c>1:30</c>) or a date, it is quoted.
/// </summary>
internal static class YamlString
{
    /// <summary>Plain words that a reader may take for a boolean, for nothing, or for what is no number.</summary>
    private static readonly HashSet<string> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        "y",
        "n",
        "yes",
        "no",
        "on",
        "off",
        "true",
        "false",
        "null",
        "nil",
        "none",
        "nan",
        "inf",
    };

    /// <summary>The string as it is where it begins with a letter and has nothing special in it; else in double quotes, on one line.</summary>
    public static string Write(string value) => IsPlain(value) ? value : Quote(value);

    /// <summary>Whether the string means itself without quotes.</summary>
    public static bool IsPlain(string value) =>
        value.Length > 0
        && char.IsAsciiLetter(value[0])
        && value.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '/')
        && !Words.Contains(value);

    /// <summary>Whether some reader may take the string for something else than a string: a number, a date, a boolean, nothing.</summary>
    public static bool IsAmbiguous(string value) =>
        value
            is []
                or ['+' or '-' or '=' or '<' or '~' or (>= '0' and <= '9'), ..]
                or ['.', (>= '0' and <= '9') or 'i' or 'I' or 'n' or 'N', ..]
        || Words.Contains(value);

    private static string Quote(string value)
    {
        var text = new StringBuilder(value.Length + 2).Append('"');
        // Half a surrogate pair becomes U+FFFD, as in everything that is written as UTF-8.
        foreach (var rune in value.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\n' => text.Append("\\n"),
                '\t' => text.Append("\\t"),
                ' ' => text.Append(' '),
                > char.MaxValue => text.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:X8}"),
                _ when IsVisible(rune) => text.Append((char)rune.Value),
                _ => text.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}"),
            };
        }
        return text.Append('"').ToString();
    }

    /// <summary>Neither a control or formatting character, nor a line break or blank of any kind: readers differ about those.</summary>
    private static bool IsVisible(Rune rune) =>
        Rune.GetUnicodeCategory(rune)
            is not (
                UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.SpaceSeparator
                or UnicodeCategory.OtherNotAssigned
                or UnicodeCategory.PrivateUse
                or UnicodeCategory.Surrogate
            );
}
