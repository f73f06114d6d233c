using System.Net;
using Palisade.Policy;
using Palisade.Policy.Net;

namespace Palisade.Dataplane.Tests.Model;

/// <summary>
/// What NetworkPolicy says of a packet, written from the API's documentation without regard to how rules are made: everything is
/// looked at again for every packet. It uses nothing of the compiler's, not even the selector matcher.
/// </summary>
public sealed class NaiveEvaluator(ClusterSnapshot cluster, string nodeName)
{
    /// <summary>Whether the node lets the packet pass.</summary>
    public bool Allows(Packet packet)
    {
        var source = PodOf(packet.Source);
        var destination = PodOf(packet.Destination);
        var isUnknown =
            (source is null && IsUnknownLocal(packet.Source) && Isolates("Egress"))
            || (destination is null && IsUnknownLocal(packet.Destination) && Isolates("Ingress"));
        if (packet.IsEstablished)
        {
            return true;
        }

        if (isUnknown)
        {
            return false;
        }

        return packet.Source == packet.Destination
            || (EgressAllows(source, destination, packet) && IngressAllows(source, destination, packet));
    }

    private bool EgressAllows(PodFacts? source, PodFacts? destination, Packet packet)
    {
        if (source?.NodeName != nodeName)
        {
            return true;
        }

        var isolating = PoliciesFor(source, "Egress").ToList();
        return isolating.Count == 0
            || isolating.Exists(policy =>
                (policy.Spec.Egress ?? []).Any(rule =>
                    PeersAllow(policy, rule.To, destination, packet.Destination) && PortsAllow(rule.Ports, destination, packet)
                )
            );
    }

    private bool IngressAllows(PodFacts? source, PodFacts? destination, Packet packet)
    {
        if (destination?.NodeName != nodeName)
        {
            return true;
        }

        var isolating = PoliciesFor(destination, "Ingress").ToList();
        return isolating.Count == 0
            || isolating.Exists(policy =>
                (policy.Spec.Ingress ?? []).Any(rule =>
                    PeersAllow(policy, rule.FromProperty, source, packet.Source) && PortsAllow(rule.Ports, destination, packet)
                )
            );
    }

    private bool PeersAllow(PolicyFacts policy, IList<V1NetworkPolicyPeer>? peers, PodFacts? pod, IpAddress address) =>
        peers is not { Count: > 0 } || peers.Any(peer => PeerAllows(policy, peer, pod, address));

    private bool PeerAllows(PolicyFacts policy, V1NetworkPolicyPeer peer, PodFacts? pod, IpAddress address)
    {
        if (peer.IpBlock is { } block)
        {
            return IsIn(block.Cidr, address) && !(block.Except ?? []).Any(except => IsIn(except, address));
        }

        if (pod is null)
        {
            return false;
        }

        var ns = pod.Namespace;
        var namespaceMatches = peer.NamespaceSelector is null
            ? ns == policy.Namespace
            : cluster.Namespaces.Any(n => n.Name == ns && Selects(peer.NamespaceSelector, LabelsOf(n.Labels)));
        return namespaceMatches && (peer.PodSelector is null || Selects(peer.PodSelector, LabelsOf(pod.Labels)));
    }

    private static bool PortsAllow(IList<V1NetworkPolicyPort>? ports, PodFacts? pod, Packet packet) =>
        ports is not { Count: > 0 } || ports.Any(port => PortAllows(port, pod, packet));

    /// <summary>A name is the destination pod's, whatever peer allows it; an address of no pod has none.</summary>
    private static bool PortAllows(V1NetworkPolicyPort port, PodFacts? pod, Packet packet)
    {
        if (ProtocolNumber(port.Protocol) != packet.Protocol)
        {
            return false;
        }

        if (port.Port is not { } number)
        {
            return true;
        }

        return number.IsText
            ? pod is not null
                && pod.Ports.Any(p => p.Name == number.Text && p.Number == packet.Port && ProtocolNumber(p.Protocol) == packet.Protocol)
            : number.Number <= packet.Port && packet.Port <= (port.EndPort ?? number.Number);
    }

    private IEnumerable<PolicyFacts> PoliciesFor(PodFacts pod, string type) =>
        cluster.Policies.Where(policy =>
            policy.Namespace == pod.Namespace && HasType(policy, type) && Selects(policy.Spec.PodSelector!, LabelsOf(pod.Labels))
        );

    private bool Isolates(string type) => cluster.Policies.Any(policy => HasType(policy, type));

    private static bool HasType(PolicyFacts policy, string type) =>
        policy.Spec.PolicyTypes is { Count: > 0 } types ? types.Contains(type) : type == "Ingress" || policy.Spec.Egress is { Count: > 0 };

    private PodFacts? PodOf(IpAddress address) =>
        cluster.Pods.SingleOrDefault(pod => !pod.HasFinished && !pod.HostNetwork && pod.Addresses.Contains(address));

    private static Dictionary<string, string> LabelsOf(LabelSet labels) => new(labels, StringComparer.Ordinal);

    private bool IsUnknownLocal(IpAddress address) =>
        cluster.Nodes.Single(node => node.Name == nodeName).PodRanges.Any(range => IsIn(range.ToString(), address));

    private static bool Selects(V1LabelSelector selector, Dictionary<string, string> labels) =>
        (selector.MatchLabels ?? new Dictionary<string, string>(StringComparer.Ordinal)).All(pair =>
            labels.TryGetValue(pair.Key, out var value) && value == pair.Value
        )
        && (selector.MatchExpressions ?? []).All(expression =>
            expression.OperatorProperty switch
            {
                "In" => labels.TryGetValue(expression.Key, out var value) && expression.Values!.Contains(value),
                "NotIn" => !labels.TryGetValue(expression.Key, out var value) || !expression.Values!.Contains(value),
                "Exists" => labels.ContainsKey(expression.Key),
                "DoesNotExist" => !labels.ContainsKey(expression.Key),
                _ => throw new InvalidOperationException(expression.OperatorProperty),
            }
        );

    private static bool IsIn(string cidr, IpAddress address)
    {
        var parts = cidr.Split('/');
        var network = IPAddress.Parse(parts[0]).GetAddressBytes();
        var bytes = address.ToIPAddress().GetAddressBytes();
        var bits = int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture);
        return network.Length == bytes.Length
            && Enumerable.Range(0, bits).All(bit => ((network[bit / 8] ^ bytes[bit / 8]) & (0x80 >> (bit % 8))) == 0);
    }

    private static byte ProtocolNumber(string? protocol) =>
        protocol switch
        {
            null or "TCP" => Packet.Tcp,
            "UDP" => Packet.Udp,
            "SCTP" => Packet.Sctp,
            _ => 0,
        };
}
