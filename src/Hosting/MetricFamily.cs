using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Palisade.Hosting;

/// <summary>All series of one instrument. Not thread-safe.</summary>
internal sealed class MetricFamily
{
    // A label with ever new values must not eat the memory; what comes after so many series is not counted.
    public const int MaxSeries = 2000;
    private static readonly double[] DefaultBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly SortedDictionary<string, MetricSeries> _series = new(StringComparer.Ordinal);

    // The same series by the tags as they come, so that their text need not be made for every measurement.
    private readonly Dictionary<KeyValuePair<string, object?>[], MetricSeries> _byTags = new(TagsComparer.Instance);
    private readonly string _help;
    private readonly MetricType _type;
    private readonly IReadOnlyList<double> _bounds = [];

    public MetricFamily(Instrument instrument)
    {
        var definition = instrument.GetType();
        var generic = definition.GetGenericTypeDefinition();
        IsObserved = instrument.IsObservable;
        _type = MetricNames.TypeOf(generic);
        Name = MetricNames.NameOf(instrument.Name, instrument.Unit, _type);
        _help = (instrument.Description ?? "").Replace("\\", "\\\\", StringComparison.Ordinal).ReplaceLineEndings(" ");
        if (_type == MetricType.Histogram)
        {
            _bounds = (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries ?? DefaultBounds;
        }

        // An observed counter reports its sum, any other what is to be added.
        Adds = !IsObserved && _type is not MetricType.Gauge || generic == typeof(UpDownCounter<>);
    }

    public string Name { get; }

    public bool IsObserved { get; }

    private bool Adds { get; }

    public void Clear()
    {
        _series.Clear();
        _byTags.Clear();
    }

    /// <summary>Takes a measurement; false when it is of one more series than is kept.</summary>
    public bool Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!_byTags.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>().TryGetValue(tags, out var one))
        {
            one = SeriesOf(tags);
        }

        one?.Record(value, Adds);
        return one is not null;
    }

    /// <summary>The series of tags that were not met before; null when there are too many.</summary>
    private MetricSeries? SeriesOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var labels = MetricNames.Labels(tags);
        if (!_series.TryGetValue(labels, out var one))
        {
            if (_series.Count >= MaxSeries)
            {
                return null;
            }

            _series[labels] = one = new MetricSeries(_bounds);
        }

        if (_byTags.Count < MaxSeries)
        {
            _byTags[tags.ToArray()] = one;
        }

        return one;
    }

    public void WriteTo(StringBuilder text)
    {
        if (_series.Count == 0)
        {
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"# HELP {Name} {_help}\n# TYPE {Name} {MetricNames.Word(_type)}\n");
        foreach (var (labels, one) in _series)
        {
            if (_type == MetricType.Histogram)
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
