using System.Globalization;
using Palisade.Policy.Selectors;

namespace Palisade.Policy.Validation.Document;

/// <summary>A peer of a document.</summary>
internal sealed class DocumentPeer
{
    private readonly DocumentRule _rule;
    private readonly int _index;

    public DocumentPeer(DocumentRule rule, int index, ClusterPolicyPeer peer)
    {
        (_rule, _index, Model) = (rule, index, peer);
        Block = peer.IpBlock is { } block ? new DocumentBlock(this, block) : null;
    }

    public ClusterPolicyPeer Model { get; }

    /// <summary>The block of addresses; null when the peer has none.</summary>
    public DocumentBlock? Block { get; }

    /// <summary>Whether the peer selects pods or namespaces by labels.</summary>
    public bool HasSelectors => Model.PodSelector is not null || Model.NamespaceSelector is not null;

    /// <summary>Whether the peer is expanded to addresses, not to selectors.</summary>
    public bool IsAddresses => Block is not null || Model.Nodes is not null || Model.Entity == Expansion.ClusterEntities.KubeAPIServer;

    /// <summary>
    /// Selectors of namespaces and pods, or another kind's own text, the same for peers that mean the same; null for blocks and what has
    /// several kinds.
    /// </summary>
    public (string Namespaces, string Pods)? Key =>
        Model switch
        {
            { IpBlock: not null } => null,
            { Tenant.Labels: { } labels } => ("tenant", string.Join(',', labels.Order(StringComparer.Ordinal))),
            { Nodes: { } nodes } => ("nodes", LabelSelectorKey.Of(nodes)),
            { Entity: { } entity } => ("entity", entity),
            { NamespaceSelector: { } namespaces } => (LabelSelectorKey.Of(namespaces), LabelSelectorKey.Of(Model.PodSelector ?? new())),
            { PodSelector: { } pods } => (LabelSelectorKey.Nothing, LabelSelectorKey.Of(pods)),
            _ => null,
        };

    /// <summary>Path of the peer.</summary>
    public string Path => string.Create(CultureInfo.InvariantCulture, $"{_rule.PeersPath}[{_index}]");

    /// <summary>Whether the peer may well be the DNS servers: it names them, or everybody, or their namespace.</summary>
    public bool MayBeDns(DnsServers dns) =>
        Model.Entity == Expansion.ClusterEntities.ClusterDNS
        || Block?.Cidr.Meant is { PrefixLength: 0 }
        || (Model.NamespaceSelector is { } selector && dns.MayBeIn(selector));

    /// <summary>The fields by which the peer says whom it means, one name a kind.</summary>
    public IReadOnlyList<string> Kinds()
    {
        var kinds = new List<string>(1);
        if (HasSelectors)
        {
            kinds.Add(Model.PodSelector is null ? "namespaceSelector" : "podSelector");
        }

        if (Model.IpBlock is not null)
        {
            kinds.Add("ipBlock");
        }

        if (Model.Tenant is not null)
        {
            kinds.Add("tenant");
        }

        if (Model.Nodes is not null)
        {
            kinds.Add("nodes");
        }

        if (Model.Entity is not null)
        {
            kinds.Add("entity");
        }

        return kinds;
    }
}
