using System.Text;

namespace Palisade.Webhook.Admission;

/// <summary>
/// Makes warnings fit for the API server, which cuts each at 256 characters and drops all after 4,096, and refuses control characters
/// (they travel as HTTP headers, RFC 7234).
/// </summary>
internal static class WarningText
{
    /// <summary>Maximum length of one warning, in characters.</summary>
    public const int MaxLength = 256;

    /// <summary>Maximum length of all warnings of one answer, in characters.</summary>
    public const int MaxTotal = 4096;

    private const string Ellipsis = "...";

    /// <summary>Fits all warnings of one answer; the last says how many had to be left out.</summary>
    public static IReadOnlyList<string> Fit(IReadOnlyList<string> warnings)
    {
        var room = MaxTotal - MaxLength;
        var kept = new List<string>();
        foreach (var warning in warnings.Select(Fit).Distinct(StringComparer.Ordinal))
        {
            room -= warning.Length;
            if (room < 0)
            {
                kept.Add($"and {warnings.Count - kept.Count} more warnings; see them all with: kubectl palisade lint");
                break;
            }

            kept.Add(warning);
        }

        return kept;
    }

    /// <summary>Fits one warning: cuts it at a word's end and puts spaces for control characters.</summary>
    public static string Fit(string warning)
    {
        var text = new StringBuilder(warning.Length);
        foreach (var character in warning)
        {
            text.Append(char.IsControl(character) ? ' ' : character);
        }

        return text.Length <= MaxLength ? text.ToString() : Cut(text.ToString());
    }

    private static string Cut(string text)
    {
        var end = text.LastIndexOf(' ', MaxLength - Ellipsis.Length);
        if (end < MaxLength / 2)
        {
            end = MaxLength - Ellipsis.Length;
            end -= char.IsHighSurrogate(text[end - 1]) ? 1 : 0;
        }

        return string.Concat(text.AsSpan(0, end), Ellipsis);
    }
}
