namespace Palisade.Policy.Validation;

/// <summary>How many slips of the pen lie between two words.</summary>
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
