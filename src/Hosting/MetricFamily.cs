using System.Diagnostics.CodeAnalysis;
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

/// <summary>One series: a number, and for a histogram how many values fell under each bound.</summary>
internal sealed class MetricSeries(IReadOnlyList<double> bounds)
{
    private readonly long[] _buckets = new long[bounds.Count];
    private double _value;
    private long _count;

    public void Record(double measured, bool adds)
    {
        _value = adds ? _value + measured : measured;
        _count++;
        for (var i = 0; i < _buckets.Length; i++)
        {
            if (measured <= bounds[i])
            {
                _buckets[i]++;
            }
        }
    }

    public void WriteValue(StringBuilder text, string name, string labels) => WriteLine(text, name, labels, MetricNames.Number(_value));

    public void WriteHistogram(StringBuilder text, string name, string labels)
    {
        var separator = labels.Length == 0 ? "" : ",";
        for (var i = 0; i < _buckets.Length; i++)
        {
            WriteLine(text, $"{name}_bucket", $"{labels}{separator}le=\"{MetricNames.Number(bounds[i])}\"", Whole(_buckets[i]));
        }

        WriteLine(text, $"{name}_bucket", $"{labels}{separator}le=\"+Inf\"", Whole(_count));
        WriteLine(text, $"{name}_sum", labels, MetricNames.Number(_value));
        WriteLine(text, $"{name}_count", labels, Whole(_count));
    }

    private static string Whole(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static void WriteLine(StringBuilder text, string name, string labels, string number)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(number).Append('\n');
    }
}

/// <summary>Kinds of metric that Prometheus knows.</summary>
internal enum MetricType
{
    Counter,
    Gauge,
    Histogram,
}

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

/// <summary>Compares the tags of measurements: the same names and values in the same order.</summary>
internal sealed class TagsComparer
    : IEqualityComparer<KeyValuePair<string, object?>[]>,
        IAlternateEqualityComparer<ReadOnlySpan<KeyValuePair<string, object?>>, KeyValuePair<string, object?>[]>
{
    public static TagsComparer Instance { get; } = new();

    public bool Equals(KeyValuePair<string, object?>[]? x, KeyValuePair<string, object?>[]? y) =>
        x is null || y is null ? x == y : Equals(x.AsSpan(), y);

    public bool Equals(ReadOnlySpan<KeyValuePair<string, object?>> alternate, KeyValuePair<string, object?>[] other)
    {
        if (alternate.Length != other.Length)
        {
            return false;
        }

        for (var i = 0; i < other.Length; i++)
        {
            if (alternate[i].Key != other[i].Key || !Equals(alternate[i].Value, other[i].Value))
            {
                return false;
            }
        }

        return true;
    }

    public int GetHashCode([DisallowNull] KeyValuePair<string, object?>[] obj) => GetHashCode(obj.AsSpan());

    public int GetHashCode(ReadOnlySpan<KeyValuePair<string, object?>> alternate)
    {
        var hash = default(HashCode);
        foreach (var (_, value) in alternate)
        {
            // The names are the same for all measurements of an instrument, almost always.
            hash.Add(value);
        }

        return hash.ToHashCode();
    }

    public KeyValuePair<string, object?>[] Create(ReadOnlySpan<KeyValuePair<string, object?>> alternate) => alternate.ToArray();
}
