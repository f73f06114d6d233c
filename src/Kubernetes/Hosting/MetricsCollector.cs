using System.Diagnostics.Metrics;

namespace Palisade.Kubernetes.Hosting;

/// <summary>Adds up what Palisade's meters and the runtime measure, and writes it in Prometheus' text format.</summary>
public sealed class MetricsCollector : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<Instrument, MetricFamily> _families = [];
    private readonly MeterListener _listener = new();

    /// <summary>Begins to listen.</summary>
    /// <param name="meters">The program's meters; those of others in the same process are left out. Null for all meters.</param>
    public MetricsCollector(IMeterFactory? meters = null)
    {
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

            family.Record(value, tags);
        }
    }
}
