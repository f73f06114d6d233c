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

/// <summary>The edit distance between two words.</summary>
public static class EditDistance
{
    /// <summary>The word nearest to what was written; null when none is near enough to be what was meant.</summary>
    public static string? Nearest(string written, IEnumerable<string> possible)
    {
        var limit = Math.Max(1, Math.Min(3, written.Length / 3));
        return possible
            .Where(word => Math.Abs(word.Length - written.Length) <= limit)
            .Select(word => (word, distance: Between(written.ToLowerInvariant(), word.ToLowerInvariant())))
            .Where(candidate => candidate.distance <= limit)
            .OrderBy(candidate => candidate.distance)
            .ThenBy(candidate => candidate.word, StringComparer.Ordinal)
            .Select(candidate => candidate.word)
            .FirstOrDefault();
    }

    /// <summary>Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment).</summary>
    public static int Between(string left, string right)
    {
        var rows = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++)
        {
            for (var j = 0; j <= right.Length; j++)
            {
                rows[i, j] = i == 0 || j == 0 ? i + j : Step(rows, left, right, i, j);
            }
        }

        return rows[left.Length, right.Length];
    }

    private static int Step(int[,] rows, string left, string right, int i, int j)
    {
        var substituted = rows[i - 1, j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
        var best = Math.Min(substituted, Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1);
        var swapped = i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
        return swapped ? Math.Min(best, rows[i - 2, j - 2] + 1) : best;
    }
}
