using Palisade.Policy.Net;
using Palisade.Policy.Selectors;

namespace Palisade.Policy.Expansion;

/// <summary>Expands single peers, entities apart; a peer that comes to nothing gives an empty list.</summary>
internal sealed class PeerExpander(NamespaceFacts target, ExpansionContext context)
{
    /// <summary>
    /// The NetworkPolicy peers that a peer stands for. One that cannot be understood, with no or several kinds, stands for
    /// nothing: validation has refused it, and to guess could widen.
    /// </summary>
    public IReadOnlyList<V1NetworkPolicyPeer> Expand(ClusterPolicyPeer? peer)
    {
        if (peer is null)
        {
            return [];
        }

        var selectors = peer.PodSelector is not null || peer.NamespaceSelector is not null;
        return (selectors, peer.IpBlock, peer.Tenant, peer.Nodes) switch
        {
            (true, null, null, null) => [new() { PodSelector = peer.PodSelector, NamespaceSelector = peer.NamespaceSelector }],
            (false, { } block, null, null) => [new() { IpBlock = block }],
            (false, null, { } tenant, null) => SameTenant(tenant),
            (false, null, null, { } nodes) => AddressesOf(nodes),
            _ => [],
        };
    }

    /// <summary>
    /// The addresses that connections of the API server come from: its endpoints and, where these are nodes, all addresses of
    /// those nodes, since an overlay network sends from its own.
    /// </summary>
    public IReadOnlyList<V1NetworkPolicyPeer> ApiServerSources()
    {
        var endpoints = context.Entities.ApiServerAddresses;
        var nodes = context.Nodes.Select(node => node.OwnAddresses).Where(addresses => addresses.Any(endpoints.Contains));
        return Blocks(endpoints.Concat(nodes.SelectMany(addresses => addresses)));
    }

    /// <summary>A namespace that lacks one of the labels belongs to no tenant, and gets no such peer.</summary>
    private IReadOnlyList<V1NetworkPolicyPeer> SameTenant(TenantPeer tenant)
    {
        var shared = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var key in tenant.Labels ?? [])
        {
            if (!target.Labels.TryGetValue(key, out var value))
            {
                return [];
            }

            shared[key] = value;
        }

        return shared.Count == 0 ? [] : [new() { NamespaceSelector = new() { MatchLabels = shared } }];
    }

    private IReadOnlyList<V1NetworkPolicyPeer> AddressesOf(V1LabelSelector nodes) =>
        Blocks(context.Nodes.Where(n => LabelSelectorMatcher.Matches(nodes, n.Labels)).SelectMany(n => n.OwnAddresses));

    /// <summary>The fewest blocks that are together exactly these addresses: the two gateways of a pod range are one.</summary>
    private static IReadOnlyList<V1NetworkPolicyPeer> Blocks(IEnumerable<IpAddress> addresses) =>
        [
            .. CidrSet
                .From(addresses.Select(Cidr.Single))
                .ToCidrs()
                .Select(block => new V1NetworkPolicyPeer { IpBlock = new() { Cidr = block.ToString() } }),
        ];
}
