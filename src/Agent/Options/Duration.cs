using System.Globalization;

namespace Palisade.Agent.Options;

/// <summary>Durations as Kubernetes tools write them: <c>500ms</c>, <c>10s</c>, <c>5m</c>, <c>1h</c>.</summary>
public static class Duration
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    // The longer suffix first: "ms" ends in "s" too.
    private static readonly (string Suffix, TimeSpan Unit)[] Units =
    [
        ("ms", TimeSpan.FromMilliseconds(1)),
        ("s", TimeSpan.FromSeconds(1)),
        ("m", TimeSpan.FromMinutes(1)),
        ("h", TimeSpan.FromHours(1)),
    ];

    /// <summary>Reads a duration; false for anything but digits and a unit, and above 24 hours.</summary>
    public static bool TryParse(string text, out TimeSpan duration)
    {
        ArgumentNullException.ThrowIfNull(text);
        duration = default;
        foreach (var (suffix, unit) in Units)
        {
            if (!text.EndsWith(suffix, StringComparison.Ordinal))
            {
                continue;
            }
            var digits = text.AsSpan(0, text.Length - suffix.Length);
            if (!int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > Longest / unit)
            {
                return false;
            }
            duration = unit * count;
            return true;
        }
        return false;
    }
}
