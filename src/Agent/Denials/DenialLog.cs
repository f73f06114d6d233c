using System.Globalization;
using System.Net;
using Palisade.Agent.Health;
using Palisade.Dataplane;
using Palisade.Netfilter;
using Palisade.Netfilter.Nflog;
using Palisade.Policy;
using Palisade.Policy.Net;

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

/// <summary>A packet that was denied, or would be, in words of the cluster.</summary>
/// <param name="Direction"><c>egress</c> or <c>ingress</c>, as the isolated pod sees it.</param>
/// <param name="IsAudit">Whether it passed, because what isolates the pod is in Audit.</param>
/// <param name="Source">Pod and address, or address alone.</param>
/// <param name="Destination">Pod and address, or address alone.</param>
/// <param name="Protocol">Protocol and destination port, such as <c>TCP port 80</c>.</param>
/// <param name="Policies">The policies that isolate the pod, as namespace/name.</param>
public sealed record Denial(string Direction, bool IsAudit, string Source, string Destination, string Protocol, string Policies)
{
    // As LayoutBuilder writes it: E or I for the direction, A behind it for Audit.
    private const string Prefix = "plsd:";

    /// <summary>What the packet's rule meant; null when the rule is none of ours.</summary>
    public static Denial? From(NflogPacket packet, EnforcedState state)
    {
        ArgumentNullException.ThrowIfNull(packet);
        ArgumentNullException.ThrowIfNull(state);
        if (packet.Prefix is not ("plsd:E" or "plsd:I" or "plsd:EA" or "plsd:IA"))
        {
            return null;
        }
        var direction = packet.Prefix[Prefix.Length] == 'E' ? Dataplane.Direction.Egress : Dataplane.Direction.Ingress;
        var isolated = direction == Dataplane.Direction.Egress ? packet.Source : packet.Destination;
        return new Denial(
            direction == Dataplane.Direction.Egress ? "egress" : "ingress",
            packet.Prefix.EndsWith('A'),
            Name(packet.Source, state.Snapshot),
            Name(packet.Destination, state.Snapshot),
            Protocols(packet),
            PoliciesOf(isolated, direction, state.Ruleset)
        );
    }

    private static string PoliciesOf(IPAddress address, Direction direction, Ruleset rules)
    {
        var text = address.ToString();
        var pod = rules.Pods.FirstOrDefault(pod => pod.Addresses.Any(own => own.ToString() == text));
        var key = pod?.ClassIn(direction);
        var found = rules.Classes.FirstOrDefault(candidate => candidate.Direction == direction && candidate.Key == key);
        return found is null ? "a policy that changed meanwhile" : string.Join(", ", found.Policies);
    }

    private static string Name(IPAddress address, ClusterSnapshot snapshot)
    {
        var text = address.ToString();
        var own = IpAddress.From(address);
        var pod = snapshot.Pods.FirstOrDefault(pod => pod.Addresses.Contains(own));
        return pod is null ? text : $"{pod} ({text})";
    }

    private static string Protocols(NflogPacket packet)
    {
        var name = packet.Protocol switch
        {
            1 => "ICMP",
            6 => "TCP",
            17 => "UDP",
            58 => "ICMPv6",
            132 => "SCTP",
            var number => string.Create(CultureInfo.InvariantCulture, $"protocol {number}"),
        };
        return packet.DestinationPort is { } port ? string.Create(CultureInfo.InvariantCulture, $"{name} port {port}") : name;
    }
}
