using System.Collections.Immutable;
using Palisade.Kubernetes;

namespace Palisade.Agent.Health;

/// <summary>
/// Whether this node enforces what the cluster asks for, and if not, why. Logs a line when a check changes between good and bad or is bad
/// for another reason, and none while it stays as it is. Thread-safe.
/// </summary>
public sealed partial class Readiness
{
    private const string NotCheckedYet = "not checked yet";

    private readonly ILogger<Readiness> _logger;
    private readonly Lock _lock = new();
    private ImmutableSortedDictionary<ReadinessCheck, string> _problems = Enum.GetValues<ReadinessCheck>()
        .ToImmutableSortedDictionary(check => check, _ => NotCheckedYet);

    private ImmutableDictionary<ReadinessCheck, string> _notes = ImmutableDictionary<ReadinessCheck, string>.Empty;

    /// <summary>Begins with every check unmet.</summary>
    public Readiness(ILogger<Readiness> logger) => _logger = logger;

    /// <summary>The unmet checks, each with a sentence; empty when ready.</summary>
    public IReadOnlyDictionary<ReadinessCheck, string> Problems => _problems;

    /// <summary>The checks as parts of <c>/readyz</c>.</summary>
    public IReadOnlyList<IHealthSource> Sources => [.. Enum.GetValues<ReadinessCheck>().Select(check => new ReadinessSource(this, check))];

    /// <summary>What is to be said of a check that holds; null when nothing is.</summary>
    public string? NoteOf(ReadinessCheck check) => _notes.GetValueOrDefault(check);

    /// <summary>A check holds, and something is to be said of it all the same.</summary>
    /// <param name="check">Which.</param>
    /// <param name="note">What; null for nothing.</param>
    public void SetReady(ReadinessCheck check, string? note)
    {
        lock (_lock)
        {
            var before = _notes.GetValueOrDefault(check);
            _notes = note is null ? _notes.Remove(check) : _notes.SetItem(check, note);
            if (note is not null && note != before)
            {
                LogNote(check, note);
            }
        }
        SetReady(check);
    }

    /// <summary>A check holds.</summary>
    public void SetReady(ReadinessCheck check)
    {
        lock (_lock)
        {
            if (!_problems.TryGetValue(check, out var before))
            {
                return;
            }
            _problems = _problems.Remove(check);
            if (before != NotCheckedYet)
            {
                LogGood(check);
            }
            if (_problems.IsEmpty)
            {
                LogReady();
            }
        }
    }

    /// <summary>A check does not hold.</summary>
    /// <param name="check">Which.</param>
    /// <param name="problem">Why, and what to do about it; the same text for as long as it is the same problem.</param>
    public void SetNotReady(ReadinessCheck check, string problem)
    {
        lock (_lock)
        {
            if (_problems.TryGetValue(check, out var before) && before == problem)
            {
                return;
            }
            _problems = _problems.SetItem(check, problem);
            LogBad(check, problem);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Ready: this node enforces the cluster's policies")]
    private partial void LogReady();

    [LoggerMessage(Level = LogLevel.Information, Message = "{Check}: good again")]
    private partial void LogGood(ReadinessCheck check);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Check}: ok, {Note}")]
    private partial void LogNote(ReadinessCheck check, string note);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Check}: {Problem}")]
    private partial void LogBad(ReadinessCheck check, string problem);
}

/// <summary>What must hold for the node's rules to be what the cluster asks for.</summary>
public enum ReadinessCheck
{
    /// <summary>All watched kinds were read completely.</summary>
    Caches,

    /// <summary>Something was heard of every watched kind not long ago.</summary>
    Freshness,

    /// <summary>Profiles in Audit, and what they may name, can be read. What is enforced does not depend on it.</summary>
    Audit,

    /// <summary>The last pass compiled and wrote the rules, or found them written.</summary>
    Rules,

    /// <summary>The rules were found in the kernel when last read back.</summary>
    Verification,

    /// <summary>Policies are enforced in each family that the kernel has.</summary>
    Families,

    /// <summary>The kernel takes what policies need; holds always, and says which it does not take.</summary>
    Kernel,

    /// <summary>Packets between pods on one bridge pass iptables.</summary>
    BridgeNetfilter,
}

/// <summary>Shows one check in <c>/readyz</c>.</summary>
internal sealed class ReadinessSource(Readiness readiness, ReadinessCheck check) : IHealthSource
{
    /// <inheritdoc/>
    public string Name =>
        check switch
        {
            ReadinessCheck.Caches => "caches",
            ReadinessCheck.Freshness => "freshness",
            ReadinessCheck.Audit => "audit",
            ReadinessCheck.Rules => "rules",
            ReadinessCheck.Verification => "verification",
            ReadinessCheck.Families => "families",
            ReadinessCheck.Kernel => "kernel",
            _ => "bridge-netfilter",
        };

    /// <inheritdoc/>
    public HealthReport Check() =>
        readiness.Problems.TryGetValue(check, out var problem) ? HealthReport.Unhealthy(problem)
        : readiness.NoteOf(check) is { } note ? new HealthReport(IsHealthy: true, $"ok, {note}")
        : HealthReport.Healthy;
}
