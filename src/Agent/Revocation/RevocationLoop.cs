using System.Net.NetworkInformation;
using Palisade.Agent.Health;
using Palisade.Netfilter;
using Palisade.Netfilter.Conntrack;
using Palisade.Policy.Net;

namespace Palisade.Agent.Revocation;

/// <summary>
/// Cuts established connections that policies no longer allow, so that they do not outlive a deny: rules let established connections
/// pass without a look at policies. Runs beside the loop that writes rules, after it; those that are still allowed live on.
/// </summary>
public sealed partial class RevocationLoop(
    Func<EnforcedState?> enforced,
    AgentMetrics metrics,
    ILogger<RevocationLoop> logger,
    TimeProvider clock
)
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Forever = TimeSpan.FromHours(24);
    private readonly ILogger _logger = logger;
    private readonly RevokedFlows _revoked = new(clock);

    /// <summary>Runs until cancelled.</summary>
    /// <param name="written">Marked when rules were written.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task RunAsync(DirtySignal written, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(written);
        string? reported = null;
        while (true)
        {
            await written.WaitAsync(_revoked.Any || reported is not null ? Rest : Forever, cancellationToken);
            try
            {
                await RevokeAsync(cancellationToken);
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
            await Task.Delay(Rest, clock, cancellationToken);
        }
    }

    private async Task RevokeAsync(CancellationToken cancellationToken)
    {
        _revoked.Forget();
        if (enforced() is not { } state || new FlowJudge(state) is not { IsNeeded: true } judge)
        {
            return;
        }
        var own = OwnAddresses();
        using var table = new ConntrackTable();
        foreach (var family in Enum.GetValues<IpFamily>())
        {
            var count = 0;
            foreach (var flow in await table.ListAsync(family, cancellationToken))
            {
                var cameAgain = _revoked.CameAgain(flow);
                // What the node itself sends to its pods, and they to it, is not policed.
                if (!cameAgain && (own.Contains(flow.Source) || own.Contains(flow.Destination) || !judge.IsDenied(flow)))
                {
                    continue;
                }
                if (await table.DeleteAsync(flow, cancellationToken))
                {
                    count++;
                }
                if (!cameAgain)
                {
                    _revoked.Add(flow);
                }
            }
            if (count > 0)
            {
                metrics.Revoked(count);
                LogRevoked(count, family);
            }
        }
    }

    private static HashSet<IpAddress> OwnAddresses() =>
        [
            .. NetworkInterface
                .GetAllNetworkInterfaces()
                .SelectMany(link => link.GetIPProperties().UnicastAddresses)
                .Select(address => IpAddress.From(address.Address)),
        ];

    [LoggerMessage(Level = LogLevel.Information, Message = "Cut {Count} established {Family} connections that policies no longer allow")]
    private partial void LogRevoked(int count, IpFamily family);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Established connections cannot be cut: {Reason}; new ones are judged by the rules all the same"
    )]
    private partial void LogFailed(string reason);
}
