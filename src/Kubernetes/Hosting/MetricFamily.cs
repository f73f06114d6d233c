using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Palisade.Kubernetes.Hosting;

/// <summary>All series of one instrument. Not thread-safe.</summary>
internal sealed class MetricFamily
{
    // A label with ever new values must not eat the memory; what comes after so many series is not counted.
    private const int MaxSeries = 2000;
    private static readonly double[] DefaultBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly SortedDictionary<string, MetricSeries> series = new(StringComparer.Ordinal);
    private readonly string help;
    private readonly MetricType type;
    private readonly IReadOnlyList<double> bounds = [];

    public MetricFamily(Instrument instrument)
    {
        var definition = instrument.GetType();
        var generic = definition.GetGenericTypeDefinition();
        IsObserved = instrument.IsObservable;
        type = MetricNames.TypeOf(generic);
        Name = MetricNames.NameOf(instrument.Name, instrument.Unit, type);
        help = (instrument.Description ?? "").Replace("\\", "\\\\", StringComparison.Ordinal).ReplaceLineEndings(" ");
        if (type == MetricType.Histogram)
        {
            bounds = (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries ?? DefaultBounds;
        }

        // An observed counter reports its sum, any other what is to be added.
        Adds = !IsObserved && type is not MetricType.Gauge || generic == typeof(UpDownCounter<>);
    }

    public string Name { get; }

    public bool IsObserved { get; }

    private bool Adds { get; }

    public void Clear() => series.Clear();

    public void Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = MetricNames.Labels(tags);
        if (!series.TryGetValue(labels, out var one))
        {
            if (series.Count >= MaxSeries)
            {
                return;
            }

            series[labels] = one = new MetricSeries(bounds);
        }

        one.Record(value, Adds);
    }

    public void WriteTo(StringBuilder text)
    {
        if (series.Count == 0)
        {
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"# HELP {Name} {help}\n# TYPE {Name} {MetricNames.Word(type)}\n");
        foreach (var (labels, one) in series)
        {
            if (type == MetricType.Histogram)
            {
                one.WriteHistogram(text, Name, labels);
            }
            else
            {
                one.WriteValue(text, Name, labels);
            }
        }
    }
}
