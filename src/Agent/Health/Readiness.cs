using System.Collections.Immutable;
using Palisade.Kubernetes.Hosting;

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

    /// <summary>Begins with every check unmet.</summary>
    public Readiness(ILogger<Readiness> logger) => _logger = logger;

    /// <summary>The unmet checks, each with a sentence; empty when ready.</summary>
    public IReadOnlyDictionary<ReadinessCheck, string> Problems => _problems;

    /// <summary>The checks as parts of <c>/readyz</c>.</summary>
    public IReadOnlyList<IHealthSource> Sources => [.. Enum.GetValues<ReadinessCheck>().Select(check => new ReadinessSource(this, check))];

    /// <summary>A check holds.</summary>
    public void Good(ReadinessCheck check)
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
    public void Bad(ReadinessCheck check, string problem)
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

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Check}: {Problem}")]
    private partial void LogBad(ReadinessCheck check, string problem);
}
