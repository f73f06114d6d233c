using System.Diagnostics.Metrics;

namespace Palisade.Kubernetes;

/// <summary>The meter under which this layer measures itself.</summary>
public static class KubernetesMeter
{
    /// <summary>Name of the meter.</summary>
    public const string Name = "Palisade.Kubernetes";

    /// <summary>Upper bounds of duration buckets, in seconds.</summary>
    internal static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    };

    internal static readonly Meter Instance = new(Name);
}
