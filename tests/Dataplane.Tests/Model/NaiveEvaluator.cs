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

    private bool EgressAllows(V1Pod? source, V1Pod? destination, Packet packet)
    {
        if (source?.Spec!.NodeName != nodeName)
        {
            return true;
        }

        var isolating = PoliciesFor(source, "Egress").ToList();
        return isolating.Count == 0
            || isolating.Exists(policy =>
                (policy.Spec!.Egress ?? []).Any(rule =>
                    PeersAllow(policy, rule.To, destination, packet.Destination) && PortsAllow(rule.Ports, destination, packet)
                )
            );
    }

    private bool IngressAllows(V1Pod? source, V1Pod? destination, Packet packet)
    {
        if (destination?.Spec!.NodeName != nodeName)
        {
            return true;
        }

        var isolating = PoliciesFor(destination, "Ingress").ToList();
        return isolating.Count == 0
            || isolating.Exists(policy =>
                (policy.Spec!.Ingress ?? []).Any(rule =>
                    PeersAllow(policy, rule.FromProperty, source, packet.Source) && PortsAllow(rule.Ports, destination, packet)
                )
            );
    }

    private bool PeersAllow(V1NetworkPolicy policy, IList<V1NetworkPolicyPeer>? peers, V1Pod? pod, IpAddress address) =>
        peers is not { Count: > 0 } || peers.Any(peer => PeerAllows(policy, peer, pod, address));

    private bool PeerAllows(V1NetworkPolicy policy, V1NetworkPolicyPeer peer, V1Pod? pod, IpAddress address)
    {
        if (peer.IpBlock is { } block)
        {
            return IsIn(block.Cidr, address) && !(block.Except ?? []).Any(except => IsIn(except, address));
        }

        if (pod is null)
        {
            return false;
        }

        var ns = pod.Metadata.NamespaceProperty!;
        var namespaceMatches = peer.NamespaceSelector is null
            ? ns == policy.Metadata.NamespaceProperty
            : cluster.Namespaces.Any(n => n.Metadata.Name == ns && Selects(peer.NamespaceSelector, n.Metadata.Labels));
        return namespaceMatches && (peer.PodSelector is null || Selects(peer.PodSelector, pod.Metadata.Labels));
    }

    private static bool PortsAllow(IList<V1NetworkPolicyPort>? ports, V1Pod? pod, Packet packet) =>
        ports is not { Count: > 0 } || ports.Any(port => PortAllows(port, pod, packet));

    /// <summary>A name is the destination pod's, whatever peer allows it; an address of no pod has none.</summary>
    private static bool PortAllows(V1NetworkPolicyPort port, V1Pod? pod, Packet packet)
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
                && (pod.Spec!.Containers ?? [])
                    .SelectMany(c => c.Ports ?? [])
                    .Any(p => p.Name == number.Text && p.ContainerPort == packet.Port && ProtocolNumber(p.Protocol) == packet.Protocol)
            : number.Number <= packet.Port && packet.Port <= (port.EndPort ?? number.Number);
    }

    private IEnumerable<V1NetworkPolicy> PoliciesFor(V1Pod pod, string type) =>
        cluster.Policies.Where(policy =>
            policy.Metadata.NamespaceProperty == pod.Metadata.NamespaceProperty
            && HasType(policy, type)
            && Selects(policy.Spec!.PodSelector!, pod.Metadata.Labels)
        );

    private bool Isolates(string type) => cluster.Policies.Any(policy => HasType(policy, type));

    private static bool HasType(V1NetworkPolicy policy, string type) =>
        policy.Spec!.PolicyTypes is { Count: > 0 } types ? types.Contains(type) : type == "Ingress" || policy.Spec.Egress is { Count: > 0 };

    private V1Pod? PodOf(IpAddress address) =>
        cluster.Pods.SingleOrDefault(pod =>
            pod.Status?.Phase is not ("Succeeded" or "Failed")
            && pod.Spec!.HostNetwork != true
            && (pod.Status?.PodIPs ?? []).Any(ip => ip.Ip is not null && IpAddress.From(IPAddress.Parse(ip.Ip)) == address)
        );

    private bool IsUnknownLocal(IpAddress address) =>
        cluster.Nodes.Single(node => node.Metadata.Name == nodeName).Spec!.PodCIDRs!.Any(range => IsIn(range, address));

    private static bool Selects(V1LabelSelector selector, IDictionary<string, string>? labels)
    {
        labels ??= new Dictionary<string, string>(StringComparer.Ordinal);
        return (selector.MatchLabels ?? new Dictionary<string, string>(StringComparer.Ordinal)).All(pair =>
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
    }

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
