using System.Diagnostics.Metrics;
using Palisade.Operator.Planning;

namespace Palisade.Operator.Metrics;

/// <summary>What the operator measures of itself.</summary>
internal sealed class OperatorMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Palisade.Operator";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _writes;
    private readonly Counter<long> _statusWrites;

    /// <summary>Makes the instruments.</summary>
    public OperatorMetrics()
    {
        _writes = _meter.CreateCounter<long>("palisade_operator_writes", description: "Writes of NetworkPolicies, by verb and result.");
        _statusWrites = _meter.CreateCounter<long>(
            "palisade_operator_status_writes",
            description: "Writes of the status of a custom resource."
        );
    }

    /// <summary>A NetworkPolicy was written, or not.</summary>
    public void Written(StampVerb verb, string result) => _writes.Add(1, new("verb", NameOf(verb)), new("result", result));

    /// <summary>A status was written.</summary>
    public void StatusWritten(string kind) => _statusWrites.Add(1, new KeyValuePair<string, object?>("kind", kind));

    /// <summary>Adds a gauge that is read when it is asked for.</summary>
    public void AddGauge(string name, string description, Func<IEnumerable<Measurement<long>>> read) =>
        _meter.CreateObservableGauge(name, read, description: description);

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private static string NameOf(StampVerb verb) =>
        verb switch
        {
            StampVerb.Create => "create",
            StampVerb.Apply => "apply",
            StampVerb.Remove => "remove",
            _ => "none",
        };
}
