namespace Palisade.Hosting;

/// <summary>Kinds of metric that Prometheus knows.</summary>
internal enum MetricType
{
    Counter,
    Gauge,
    Histogram,
}
