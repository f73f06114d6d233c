using System.Text.Json.Serialization;

namespace Palisade.Models;

/// <summary>Allows incoming connections from any of the peers to any of the ports.</summary>
public sealed class ClusterIngressRule
{
    /// <summary>Sources; absent or empty means every source, also outside the cluster.</summary>
    [JsonPropertyName("from")]
    [Items(maxItems: 1000)]
    public IList<ClusterPolicyPeer>? FromProperty { get; set; }

    /// <summary>Ports of the selected pods; absent or empty means every port and protocol.</summary>
    [Items(maxItems: 256)]
    public IList<V1NetworkPolicyPort>? Ports { get; set; }
}

/// <summary>Allows outgoing connections to any of the peers on any of the ports.</summary>
public sealed class ClusterEgressRule
{
    /// <summary>Destinations; absent or empty means every destination, also outside the cluster.</summary>
    [Items(maxItems: 1000)]
    public IList<ClusterPolicyPeer>? To { get; set; }

    /// <summary>Ports of the destinations; absent or empty means every port and protocol.</summary>
    [Items(maxItems: 256)]
    public IList<V1NetworkPolicyPort>? Ports { get; set; }
}

/// <summary>
/// A source or destination. Exactly one kind of peer: selectors (podSelector, namespaceSelector or both), ipBlock,
/// tenant, nodes or entity.
/// </summary>
[ValidationRule(
    "(has(self.podSelector) || has(self.namespaceSelector) ? 1 : 0) + (has(self.ipBlock) ? 1 : 0) + (has(self.tenant) ? 1 : 0) + (has(self.nodes) ? 1 : 0) + (has(self.entity) ? 1 : 0) == 1",
    "must be exactly one of: selectors (podSelector, namespaceSelector or both), ipBlock, tenant, nodes, entity"
)]
public sealed class ClusterPolicyPeer
{
    /// <summary>Pods by their labels; of the target namespace unless namespaceSelector is given too.</summary>
    public V1LabelSelector? PodSelector { get; set; }

    /// <summary>Namespaces by their labels; all their pods unless podSelector is given too.</summary>
    public V1LabelSelector? NamespaceSelector { get; set; }

    /// <summary>A block of addresses, less the excepted blocks.</summary>
    public V1IPBlock? IpBlock { get; set; }

    /// <summary>
    /// Namespaces that have the same values of some labels as the target namespace. A target namespace without one of
    /// the labels gets no such peer.
    /// </summary>
    public TenantPeer? Tenant { get; set; }

    /// <summary>
    /// Nodes by their labels: all addresses of the matching nodes, kept up to date, changes of nodes at most every ten
    /// seconds. One NetworkPolicy holds at most 10,000 address blocks of nodes.
    /// </summary>
    public V1LabelSelector? Nodes { get; set; }

    /// <summary>
    /// A well-known part of the cluster, discovered and kept up to date: KubeAPIServer or ClusterDNS. While the DNS
    /// Service is not found, what was last known of it; if it never was, pods labelled k8s-app=kube-dns in kube-system.
    /// </summary>
    [Length(maxLength: 64)]
    public string? Entity { get; set; }
}

/// <summary>Namespaces that have the same values of some labels as the target namespace.</summary>
public sealed class TenantPeer
{
    /// <summary>Keys of the labels whose values must be the same.</summary>
    [Required]
    [Items(maxItems: 8, MaxLength = 512)]
    public IList<string>? Labels { get; set; }
}
