using Palisade.Agent.Health;
using Palisade.Netfilter;
using Palisade.Netfilter.Nflog;

namespace Palisade.Agent.Denials;

/// <summary>Logs and counts the packets that rules denied, or would deny for profiles in Audit. The kernel limits how many it sends up.</summary>
public sealed partial class DenialLog(
    ushort group,
    Func<EnforcedState?> enforced,
    AgentMetrics metrics,
    ILogger<DenialLog> logger,
    TimeProvider clock
)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromMinutes(1);
    private readonly ILogger _logger = logger;

    /// <summary>Reads until cancelled. That the log cannot be read is reported once and tried again; enforcement does not depend on it.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        string? reported = null;
        while (true)
        {
            try
            {
                using var reader = new NflogReader(group);
                reported = null;
                await foreach (var packet in reader.ReadAsync(cancellationToken))
                {
                    Report(packet);
                }
            }
            catch (NetfilterException e)
            {
                if (e.Message != reported)
                {
                    LogUnreadable(e.Message);
                }
                reported = e.Message;
            }
            await Task.Delay(RetryDelay, clock, cancellationToken);
        }
    }

    private void Report(NflogPacket packet)
    {
        if (enforced() is not { } state || Denial.From(packet, state) is not { } denial)
        {
            return;
        }
        metrics.Denied(denial.Direction, denial.IsAudit);
        if (denial.IsAudit)
        {
            LogWouldDeny(denial.Direction, denial.Source, denial.Destination, denial.Protocol, denial.Policies);
        }
        else
        {
            LogDenied(denial.Direction, denial.Source, denial.Destination, denial.Protocol, denial.Policies);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Denied {Direction}: {Source} to {Destination}, {Protocol}: isolated by {Policies}, and no policy allows it"
    )]
    private partial void LogDenied(string direction, string source, string destination, string protocol, string policies);

    [LoggerMessage(
        Level = LogLevel.Information,
        Message = "Would deny {Direction}: {Source} to {Destination}, {Protocol}: {Policies} in Audit would isolate the pod and does not allow it"
    )]
    private partial void LogWouldDeny(string direction, string source, string destination, string protocol, string policies);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Denials cannot be logged: {Reason}; they are enforced all the same")]
    private partial void LogUnreadable(string reason);
}
