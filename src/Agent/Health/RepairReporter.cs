using Palisade.Runtime.Events;

namespace Palisade.Agent.Health;

/// <summary>Reports repairs in the log and as an Event of the node.</summary>
public sealed partial class RepairReporter(IEventRecorder events, string nodeName, ILogger<RepairReporter> logger) : IRepairReporter
{
    private const int MaxNamed = 5;
    private readonly ILogger _logger = logger;

    // As the kubelet does: events of a node carry its name in place of the uid, which is how kubectl describe finds them.
    private readonly V1Node _node = new()
    {
        Metadata = new() { Name = nodeName, Uid = nodeName },
    };

    /// <inheritdoc/>
    public void Repaired(IReadOnlyList<string> differences)
    {
        ArgumentNullException.ThrowIfNull(differences);
        var named = string.Join("; ", differences.Take(MaxNamed));
        LogRepaired(differences.Count, named);
        events.Record(
            _node,
            EventType.Warning,
            "RulesRepaired",
            "Repair",
            $"Another program changed this node's policy rules; repaired {differences.Count}: {named}"
        );
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Rules were changed by another program; repaired {Count}: {Differences}")]
    private partial void LogRepaired(int count, string differences);
}

/// <summary>Tells people that rules were changed by others and repaired.</summary>
public interface IRepairReporter
{
    /// <summary>Rules were repaired.</summary>
    /// <param name="differences">What was not as it had been written, a sentence each.</param>
    void Repaired(IReadOnlyList<string> differences);
}
