using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;

namespace Palisade.Hosting;

/// <summary>
/// Adds up what Palisade's meters and the runtime measure, and writes it in Prometheus' text format. Of each metric a bounded number of series is
/// kept; measurements of others are counted by a metric of their own, and the first of each metric is logged.
/// </summary>
public sealed partial class MetricsCollector : IDisposable
{
    private static readonly Counter<long> Dropped = new Meter("Palisade.Hosting").CreateCounter<long>(
        "palisade_metrics_dropped_measurements",
        description: "Measurements that are missing from a metric, because it has as many series as are kept."
    );

    private readonly Lock _gate = new();
    private readonly HashSet<MetricFamily> _incomplete = [];
    private readonly ILogger? _logger;
    private readonly Dictionary<Instrument, MetricFamily> _families = [];
    private readonly MeterListener _listener = new();

    /// <summary>Begins to listen.</summary>
    /// <param name="meters">The program's meters; those of others in the same process are left out. Null for all meters.</param>
    /// <param name="logger">Told of metrics that are incomplete; null for nobody.</param>
    public MetricsCollector(IMeterFactory? meters = null, ILogger<MetricsCollector>? logger = null)
    {
        _logger = logger;
        _listener.InstrumentPublished = (instrument, source) =>
        {
            if (IsOurs(instrument.Meter) && (meters is null || instrument.Meter.Scope is null || instrument.Meter.Scope == meters))
            {
                source.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Record(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>Media type of what <see cref="Write"/> writes.</summary>
    public static string MediaType => "text/plain; version=0.0.4; charset=utf-8";

    /// <summary>All metrics as they are now, ordered by name and labels.</summary>
    public string Write()
    {
        lock (_gate)
        {
            foreach (var family in _families.Values.Where(family => family.IsObserved))
            {
                family.Clear(); // What is no longer reported is gone.
            }

            _listener.RecordObservableInstruments();
            var text = new System.Text.StringBuilder();
            foreach (var family in _families.Values.OrderBy(family => family.Name, StringComparer.Ordinal))
            {
                family.WriteTo(text);
            }

            return text.ToString();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private static bool IsOurs(Meter meter) =>
        meter.Name is "System.Runtime" || meter.Name.StartsWith("Palisade.", StringComparison.Ordinal);

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_gate)
        {
            if (!_families.TryGetValue(instrument, out var family))
            {
                _families[instrument] = family = new MetricFamily(instrument);
            }

            if (!family.Record(value, tags))
            {
                OnDropped(family);
            }
        }
    }

    private void OnDropped(MetricFamily family)
    {
        Dropped.Add(1, new KeyValuePair<string, object?>("metric", family.Name));
        if (_incomplete.Add(family) && _logger is not null)
        {
            LogIncomplete(_logger, family.Name, MetricFamily.MaxSeries);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The metric {Metric} is incomplete: it has more than {MaxSeries} series, and further ones are left out"
    )]
    private static partial void LogIncomplete(ILogger logger, string metric, int maxSeries);
}
