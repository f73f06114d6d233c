using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;

namespace Palisade.Testing;

/// <summary>What docs/metrics.md says and what programs measure, in the same words.</summary>
public static partial class MetricReference
{
    /// <summary>Names and types of the metrics in a section of docs/metrics.md, in order.</summary>
    public static IReadOnlyList<string> Documented(string heading)
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "metrics.md"));
        var start = text.IndexOf($"\n## {heading}\n", StringComparison.Ordinal);
        if (start < 0)
        {
            throw new ArgumentException($"docs/metrics.md has no section {heading}", nameof(heading));
        }

        var end = text.IndexOf("\n## ", start + 1, StringComparison.Ordinal);
        var section = text[start..(end < 0 ? text.Length : end)];
        return [.. Row().Matches(section).Select(match => $"{match.Groups["name"].Value} {match.Groups["type"].Value}")];
    }

    /// <summary>Names and types, as <c>/metrics</c> has them, of what a meter of this process measures or would measure; in order.</summary>
    public static IReadOnlyList<string> Exposed(string meter)
    {
        var found = new ConcurrentQueue<string>(); // Other tests make metrics meanwhile.
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name == meter)
            {
                var type = TypeOf(instrument.GetType().GetGenericTypeDefinition());
                found.Enqueue($"{instrument.Name}{(instrument.Unit == "s" ? "_seconds" : "")}{(type == "counter" ? "_total" : "")} {type}");
            }
        };
        listener.Start();
        return [.. found.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    private static string TypeOf(Type instrument) =>
        instrument == typeof(Counter<>) || instrument == typeof(ObservableCounter<>) ? "counter"
        : instrument == typeof(Histogram<>) ? "histogram"
        : "gauge";

    [GeneratedRegex(@"^\| `(?<name>palisade_[a-z_]+)` \| (?<type>[a-z]+) \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Row();
}
