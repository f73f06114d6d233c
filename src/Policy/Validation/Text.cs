using System.Globalization;

namespace Palisade.Policy.Validation;

/// <summary>Wording shared by messages.</summary>
internal static class Text
{
    private const int Shown = 5;

    /// <summary>The items, separated by commas; of many only the first, and how many more there are.</summary>
    public static string List(IEnumerable<string> items)
    {
        var all = items.ToList();
        return all.Count <= Shown
            ? string.Join(", ", all)
            : $"{string.Join(", ", all.Take(Shown))} and {(all.Count - Shown).ToString(CultureInfo.InvariantCulture)} more";
    }

    /// <summary>What may have been meant, as the end of a message; empty when nothing is near.</summary>
    public static string DidYouMean(string written, IEnumerable<string> possible) =>
        EditDistance.Nearest(written, possible) is { } nearest ? $": did you mean \"{nearest}\"?" : "";

    /// <summary>
    /// The text with control characters as escapes: what is written into a log or to a terminal is not to break lines or to command the
    /// terminal, whatever a manifest holds.
    /// </summary>
    public static string Visible(string text) =>
        text.Any(char.IsControl)
            ? string.Concat(
                text.Select(c => char.IsControl(c) ? string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}") : c.ToString())
            )
            : text;
}
