using System.Globalization;

namespace Palisade.Models;

/// <summary>
/// The form of a point in time in the Kubernetes API, RFC 3339: <c>2026-01-31T12:00:00Z</c>, with any fraction of a second and any offset. It
/// has times that <see cref="DateTimeOffset"/> cannot hold, and not the shorter forms that JSON readers of .NET also take.
/// </summary>
public static class Rfc3339
{
    private const int DateLength = 10;
    private const int SecondsEnd = 19;
    private const string Example = "dddd-dd-ddTdd:dd:dd";

    /// <summary>Whether the API server takes the string as a time.</summary>
    public static bool IsTime(ReadOnlySpan<char> text)
    {
        if (text.Length <= SecondsEnd || !HasForm(text[..SecondsEnd], Example) || !IsDate(text[..DateLength]))
        {
            return false;
        }

        var isClock = Number(text, 11) < 24 && Number(text, 14) < 60 && Number(text, 17) < 60;
        return isClock && IsOffset(AfterFraction(text[SecondsEnd..]));
    }

    private static bool IsDate(ReadOnlySpan<char> date)
    {
        var year = int.Parse(date[..4], NumberStyles.None, CultureInfo.InvariantCulture);
        var (month, day) = (Number(date, 5), Number(date, 8));
        // The year 0 is a leap year, which DateTime does not know.
        return month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year == 0 ? 4 : year, month);
    }

    private static ReadOnlySpan<char> AfterFraction(ReadOnlySpan<char> rest)
    {
        if (rest[0] != '.')
        {
            return rest;
        }

        var digits = rest[1..].IndexOfAnyExceptInRange('0', '9');
        return digits > 0 ? rest[(1 + digits)..] : [];
    }

    private static bool IsOffset(ReadOnlySpan<char> offset) =>
        offset is "Z" || (offset is ['+' or '-', ..] && HasForm(offset[1..], "dd:dd") && Number(offset, 1) < 24 && Number(offset, 4) < 60);

    private static bool HasForm(ReadOnlySpan<char> text, string form)
    {
        if (text.Length != form.Length)
        {
            return false;
        }

        for (var i = 0; i < form.Length; i++)
        {
            if (form[i] == 'd' ? !char.IsAsciiDigit(text[i]) : text[i] != form[i])
            {
                return false;
            }
        }

        return true;
    }

    private static int Number(ReadOnlySpan<char> text, int start) => ((text[start] - '0') * 10) + text[start + 1] - '0';
}
