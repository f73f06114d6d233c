using System.Globalization;

namespace Palisade.Hosting;

/// <summary>Durations as flags have them: digits and a unit, such as <c>500ms</c>, <c>10s</c>, <c>5m</c>, <c>1h</c>, <c>30d</c>.</summary>
public static class Duration
{
    // The longer suffix first: "ms" ends in "s" too. Formatting takes the largest that fits.
    private static readonly (string Suffix, TimeSpan Unit)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)),
        ("s", TimeSpan.FromSeconds(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("h", TimeSpan.FromHours(1)),
        ("d", TimeSpan.FromDays(1)),
    ];

    /// <summary>Reads a duration; false for anything but digits and a unit.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        ArgumentNullException.ThrowIfNull(text);
        duration = default;
        var (suffix, unit) = Array.Find(Units, known => text.EndsWith(known.Suffix, StringComparison.Ordinal));
        if (
            suffix is null
            || !int.TryParse(text.AsSpan(0, text.Length - suffix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            || count > TimeSpan.MaxValue / unit
        )
        {
            return false;
        }

        duration = unit * count;
        return true;
    }

    /// <summary>Writes a duration in the largest unit of which it is a whole number, such as <c>24h</c> or <c>100ms</c>.</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero)
        {
            return "0s";
        }

        var (suffix, unit) = Array.FindLast(Units, known => duration.Ticks % known.Unit.Ticks == 0);
        return string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks / unit.Ticks}{suffix}");
    }
}
