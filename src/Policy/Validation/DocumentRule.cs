using System.Collections.Immutable;
using System.Globalization;
using Palisade.Policy.Net;

namespace Palisade.Policy.Validation;

/// <summary>A rule of a document. Paths are put together only when asked for: most rules have no findings.</summary>
internal sealed class DocumentRule
{
    private readonly string _list;
    private readonly int _index;

    private DocumentRule(string direction, string list, int index, IEnumerable<ClusterPolicyPeer>? peers, IList<V1NetworkPolicyPort>? ports)
    {
        (Direction, _list, _index) = (direction, list, index);
        HasPeerList = peers is not null;
        Peers = [.. (peers ?? []).Select((peer, i) => new DocumentPeer(this, i, peer ?? new()))];
        Ports = [.. (ports ?? []).Select(port => port ?? new())];
    }

    /// <summary>Ingress or Egress.</summary>
    public string Direction { get; }

    /// <summary>Whether from or to is there, even if empty.</summary>
    public bool HasPeerList { get; }

    public ImmutableArray<DocumentPeer> Peers { get; }

    public ImmutableArray<V1NetworkPolicyPort> Ports { get; }

    /// <summary>With ports, whether that of DNS is among them; without, whether a peer may well be the DNS servers.</summary>
    public bool AllowsDns(DnsServers dns) =>
        Ports.IsEmpty ? Peers.IsEmpty || Peers.Any(peer => peer.MayBeDns(dns)) : Ports.Any(dns.AllowsUdp);

    /// <summary>Whether every peer of another rule is a peer of this one too, in whatever order.</summary>
    public bool HasPeersOf(DocumentRule other)
    {
        if (Peers.IsEmpty || other.Peers.IsEmpty)
        {
            return Peers.IsEmpty;
        }

        var keys = Peers.Select(peer => peer.Key).OfType<(string, string)>().ToHashSet();
        return other.Peers.All(peer => peer.Block is not null || (peer.Key is { } key && keys.Contains(key)))
            && Addresses(this).Covers(Addresses(other));
    }

    public string Path => string.Create(CultureInfo.InvariantCulture, $"{_list}[{_index}]");

    /// <summary>Path of the list of peers.</summary>
    public string PeersPath => $"{Path}.{(Direction == Directions.Ingress ? "from" : "to")}";

    /// <summary>Path of a port entry.</summary>
    public string PortPath(int index) => string.Create(CultureInfo.InvariantCulture, $"{Path}.ports[{index}]");

    public static ImmutableArray<DocumentRule> From(IList<ClusterIngressRule>? rules, string list) =>
        [.. (rules ?? []).Select((r, i) => new DocumentRule(Directions.Ingress, list, i, r?.FromProperty, r?.Ports))];

    public static ImmutableArray<DocumentRule> From(IList<ClusterEgressRule>? rules, string list) =>
        [.. (rules ?? []).Select((r, i) => new DocumentRule(Directions.Egress, list, i, r?.To, r?.Ports))];

    public static ImmutableArray<DocumentRule> From(IList<V1NetworkPolicyIngressRule>? rules) =>
        [
            .. (rules ?? []).Select(
                (r, i) => new DocumentRule(Directions.Ingress, "spec.ingress", i, r?.FromProperty?.Select(Widen), r?.Ports)
            ),
        ];

    public static ImmutableArray<DocumentRule> From(IList<V1NetworkPolicyEgressRule>? rules) =>
        [.. (rules ?? []).Select((r, i) => new DocumentRule(Directions.Egress, "spec.egress", i, r?.To?.Select(Widen), r?.Ports))];

    private static CidrSet Addresses(DocumentRule rule) =>
        CidrSet.Union(rule.Peers.Select(peer => peer.Block).OfType<DocumentBlock>().Select(block => block.Addresses));

    private static ClusterPolicyPeer Widen(V1NetworkPolicyPeer? peer) =>
        new()
        {
            PodSelector = peer?.PodSelector,
            NamespaceSelector = peer?.NamespaceSelector,
            IpBlock = peer?.IpBlock,
        };
}

/// <summary>Which port entries allow all that others do.</summary>
internal static class PortCover
{
    /// <summary>Whether rules together allow every port that a rule allows.</summary>
    public static bool Covers(IReadOnlyCollection<DocumentRule> others, DocumentRule rule) =>
        others.Any(other => other.Ports.IsEmpty)
        || (!rule.Ports.IsEmpty && rule.Ports.All(port => others.Any(other => other.Ports.Any(wide => Covers(wide, port)))));

    private static bool Covers(V1NetworkPolicyPort wide, V1NetworkPolicyPort narrow) =>
        (wide.Protocol ?? "TCP") == (narrow.Protocol ?? "TCP")
        && (wide.Port, narrow.Port) switch
        {
            (null, _) => true,
            (_, null) => false,
            ({ IsText: true } left, { IsText: true } right) => left.Text == right.Text,
            ({ IsText: false } left, { IsText: false } right) => left.Number <= right.Number
                && (wide.EndPort ?? left.Number) >= (narrow.EndPort ?? right.Number),
            _ => false,
        };
}
