using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Palisade.Hosting;

/// <summary>Names and labels as Prometheus wants them.</summary>
internal static class MetricNames
{
    public static MetricType TypeOf(Type instrument) =>
        instrument == typeof(Histogram<>) ? MetricType.Histogram
        : instrument == typeof(Counter<>) || instrument == typeof(ObservableCounter<>) ? MetricType.Counter
        : MetricType.Gauge;

    public static string Word(MetricType type) =>
        type switch
        {
            MetricType.Counter => "counter",
            MetricType.Histogram => "histogram",
            _ => "gauge",
        };

    /// <summary><c>palisade_sync_duration</c> in <c>s</c> is <c>palisade_sync_duration_seconds</c>; counters end in <c>_total</c>.</summary>
    public static string NameOf(string name, string? unit, MetricType type)
    {
        var full = new StringBuilder(name.Replace('.', '_').Replace('-', '_'));
        Suffix(
            full,
            unit switch
            {
                "s" => "_seconds",
                "By" => "_bytes",
                _ => "",
            }
        );
        Suffix(full, type == MetricType.Counter ? "_total" : "");
        return full.ToString();
    }

    /// <summary>Labels ordered by name, such as <c>code="200",verb="get"</c>.</summary>
    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            return "";
        }

        var sorted = tags.ToArray();
        Array.Sort(sorted, (left, right) => string.CompareOrdinal(left.Key, right.Key));
        return string.Join(',', sorted.Select(tag => $"{tag.Key.Replace('.', '_')}=\"{Escape(tag.Value)}\""));
    }

    /// <summary>A number, such as <c>0.25</c> or <c>+Inf</c>.</summary>
    public static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : value.ToString(CultureInfo.InvariantCulture);

    private static string Escape(object? value) =>
        (Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")
            .Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);

    private static void Suffix(StringBuilder name, string suffix)
    {
        if (!name.ToString().EndsWith(suffix, StringComparison.Ordinal))
        {
            name.Append(suffix);
        }
    }
}
