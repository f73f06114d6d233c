using System.Globalization;
using System.Net;
using Palisade.Dataplane;
using Palisade.Netfilter.Nflog;
using Palisade.Policy;
using Palisade.Policy.Net;

namespace Palisade.Agent.Denials;

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
