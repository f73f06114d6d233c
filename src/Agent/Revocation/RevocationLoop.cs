using Palisade.Agent.Health;
using Palisade.Netfilter;

namespace Palisade.Agent.Revocation;

/// <summary>
/// Cuts established connections that policies no longer allow, so that they do not outlive a deny: rules let established connections
/// pass without a look at policies. Runs beside the loop that writes rules, after it; those that are still allowed live on.
/// </summary>
public sealed partial class RevocationLoop(
    IRulesetApplier applier,
    AgentMetrics metrics,
    ILogger<RevocationLoop> logger,
    TimeProvider clock
)
{
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan NoRetry = TimeSpan.FromHours(24);
    private readonly ILogger _logger = logger;

    /// <summary>Runs until cancelled.</summary>
    /// <param name="tightened">Marked when rules were written that may deny what was allowed before.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(DirtySignal tightened, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(tightened);
        string? reported = null;
        while (true)
        {
            await tightened.WaitAsync(reported is null ? NoRetry : RetryDelay, cancellationToken);
            try
            {
                await CutAsync(cancellationToken);
                reported = null;
            }
            catch (NetfilterException e)
            {
                if (e.Message != reported)
                {
                    LogFailed(e.Message);
                }
                reported = e.Message;
            }
            // Pods that come and go all the time must not mean reading the table all the time.
            await Task.Delay(RetryDelay, clock, cancellationToken);
        }
    }

    private async Task CutAsync(CancellationToken cancellationToken)
    {
        var count = await applier.CutRevokedAsync(cancellationToken);
        if (count > 0)
        {
            metrics.Revoked(count);
            LogRevoked(count);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Cut {Count} established connections that policies no longer allow")]
    private partial void LogRevoked(int count);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Established connections cannot be cut: {Reason}; new ones are judged by the rules all the same"
    )]
    private partial void LogFailed(string reason);
}
