using System.Diagnostics.Metrics;
using Palisade.Netfilter;

namespace Palisade.Agent.Health;

/// <summary>What the agent measures of itself, under the meter <see cref="MeterName"/>.</summary>
public sealed class AgentMetrics : IDisposable
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Palisade.Agent";

    private readonly Meter _meter = new(MeterName);
    private readonly Histogram<double> _enforced;
    private readonly Histogram<double> _phases;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _repairs;
    private readonly Counter<long> _changes;
    private readonly Counter<long> _denials;
    private readonly Counter<long> _revoked;
    private readonly TimeProvider _clock;
    private int _uncompiled;
    private long _lastFailure;

    /// <summary>Makes the instruments.</summary>
    /// <param name="readiness">The checks to show.</param>
    /// <param name="apiLag">Time since the API server was last heard, by the watch that is silent the longest; null before all were read.</param>
    /// <param name="clock">Tells when a pass failed.</param>
    public AgentMetrics(Readiness readiness, Func<TimeSpan?> apiLag, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(readiness);
        _clock = clock;
        Kernel = new KernelMetrics(_meter);
        var durations = new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10],
        };
        _enforced = _meter.CreateHistogram(
            "palisade_agent_event_to_kernel",
            unit: "s",
            description: "Time from the oldest change that a pass took up to the kernel holding it.",
            advice: durations
        );
        _phases = _meter.CreateHistogram(
            "palisade_agent_pass_duration",
            unit: "s",
            description: "Time that a pass took, by phase: compile, apply.",
            advice: durations
        );
        _failures = _meter.CreateCounter<long>("palisade_agent_pass_failures", description: "Passes that failed and are tried again.");
        _repairs = _meter.CreateCounter<long>(
            "palisade_agent_repairs",
            description: "Times that rules were found changed by others and repaired."
        );
        _changes = _meter.CreateCounter<long>(
            "palisade_agent_kernel_changes",
            description: "What was written to the kernel, by kind: entry, set, chain."
        );
        _denials = _meter.CreateCounter<long>(
            "palisade_agent_logged_packets",
            description: "Packets that denying rules sent to the log, at most ten a second each, by direction and verdict: denied, would-deny."
        );
        _revoked = _meter.CreateCounter<long>(
            "palisade_agent_revoked_connections",
            description: "Established connections that were cut because policies no longer allow them."
        );
        _meter.CreateObservableGauge(
            "palisade_agent_faulty_policies",
            () => _uncompiled,
            description: "NetworkPolicies with a part that cannot be understood, or that the kernel does not take: their last good content is enforced, or they allow nothing."
        );
        _meter.CreateObservableGauge(
            "palisade_agent_last_failure_timestamp",
            () => Interlocked.Read(ref _lastFailure) / 1000.0,
            unit: "s",
            description: "When a pass last failed (seconds since 1970); 0 when none has. The reason is in the log and, while it lasts, in /readyz."
        );
        _meter.CreateObservableGauge(
            "palisade_agent_api_lag",
            () => apiLag() is { } lag ? new[] { new Measurement<double>(lag.TotalSeconds) } : [],
            unit: "s",
            description: "Time since the API server was last heard, by the watch that is silent the longest; a healthy one is heard at least every two and a half minutes."
        );
        _meter.CreateObservableGauge(
            "palisade_agent_ready",
            () => Enum.GetValues<ReadinessCheck>().Select(check => Measure(check, readiness.Problems)),
            description: "1 for each check of readiness that holds, else 0."
        );
    }

    /// <summary>What the kernel holds and counts.</summary>
    public KernelMetrics Kernel { get; }

    /// <summary>A change of the cluster reached the kernel.</summary>
    public void Enforced(TimeSpan sinceOldestChange) => _enforced.Record(sinceOldestChange.TotalSeconds);

    /// <summary>A pass compiled and applied.</summary>
    public void Applied(TimeSpan compile, TimeSpan apply, ApplyResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        _phases.Record(compile.TotalSeconds, new KeyValuePair<string, object?>("phase", "compile"));
        _phases.Record(apply.TotalSeconds, new KeyValuePair<string, object?>("phase", "apply"));
        _changes.Add(result.SetEntriesChanged, new KeyValuePair<string, object?>("kind", "entry"));
        _changes.Add(result.SetsChanged, new KeyValuePair<string, object?>("kind", "set"));
        _changes.Add(result.ChainsChanged, new KeyValuePair<string, object?>("kind", "chain"));
    }

    /// <summary>A pass failed.</summary>
    public void Failed()
    {
        _failures.Add(1);
        Interlocked.Exchange(ref _lastFailure, _clock.GetUtcNow().ToUnixTimeMilliseconds());
    }

    /// <summary>Rules were repaired.</summary>
    public void Repaired() => _repairs.Add(1);

    /// <summary>So many policies have a part that could not be compiled.</summary>
    public void Uncompiled(int policies) => _uncompiled = policies;

    /// <summary>A packet was denied, or would have been.</summary>
    public void Denied(string direction, bool isAudit) =>
        _denials.Add(
            1,
            new KeyValuePair<string, object?>("direction", direction),
            new KeyValuePair<string, object?>("verdict", isAudit ? "would-deny" : "denied")
        );

    /// <summary>Established connections were cut.</summary>
    public void Revoked(int connections) => _revoked.Add(connections);

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();

    private static Measurement<int> Measure(ReadinessCheck check, IReadOnlyDictionary<ReadinessCheck, string> problems) =>
        new(problems.ContainsKey(check) ? 0 : 1, new KeyValuePair<string, object?>("check", check.ToString()));
}
