using System.Diagnostics.Metrics;
using Palisade.Operator.Planning;

namespace Palisade.Operator;

internal sealed class OperatorMetrics : IDisposable
{
    public const string MeterName = "Palisade.Operator";

    private readonly Meter _meter = new(MeterName);
    private readonly Counter<long> _writes;
    private readonly Counter<long> _statusWrites;

    public OperatorMetrics()
    {
        _writes = _meter.CreateCounter<long>("palisade_operator_writes", description: "Writes of NetworkPolicies, by verb and result.");
        _statusWrites = _meter.CreateCounter<long>(
            "palisade_operator_status_writes",
            description: "Writes of the status of a custom resource."
        );
    }

    public void Written(StampVerb verb, string result) => _writes.Add(1, new("verb", NameOf(verb)), new("result", result));

    public void StatusWritten(string kind) => _statusWrites.Add(1, new KeyValuePair<string, object?>("kind", kind));

    public void AddGauge(string name, string description, Func<IEnumerable<Measurement<long>>> read) =>
        _meter.CreateObservableGauge(name, read, description: description);

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
