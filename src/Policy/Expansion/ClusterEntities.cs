using System.Collections.Immutable;
using Palisade.Policy.Net;

namespace Palisade.Policy.Expansion;

/// <summary>The well-known parts of a cluster that a peer can name by <c>entity</c>.</summary>
public sealed record ClusterEntities
{
    /// <summary>Name of the API server as an entity.</summary>
    public const string KubeAPIServer = "KubeAPIServer";

    /// <summary>Name of the cluster's DNS servers as an entity.</summary>
    public const string ClusterDNS = "ClusterDNS";

    /// <summary>All names of entities.</summary>
    public static IReadOnlyList<string> Names { get; } = [ClusterDNS, KubeAPIServer];

    /// <summary>Nothing was found: the API server is unresolved, DNS is by convention.</summary>
    public static ClusterEntities None { get; } = new();

    /// <summary>Addresses that the API server's own connections come from; empty when it was not found.</summary>
    public ImmutableArray<IpAddress> ApiServerAddresses { get; init; } = [];

    /// <summary>Where the API server is reached: its endpoints, and its cluster address. Empty when it was not found.</summary>
    public ImmutableArray<EntityDestination> ApiServer { get; init; } = [];

    /// <summary>Where DNS servers are reached; by convention when the Service was not found.</summary>
    public ImmutableArray<EntityDestination> Dns { get; init; } = [EntityDiscovery.ConventionalDns];

    /// <summary>How <see cref="Dns"/> is known.</summary>
    public DnsResolution DnsResolution { get; init; }

    /// <summary>The pods behind <see cref="Dns"/>, by namespace; none where DNS is served by no pods of the cluster's network.</summary>
    public ImmutableArray<DnsServerPods> DnsServers { get; init; } = [EntityDiscovery.ConventionalDnsServers];

    /// <summary>
    /// Finds the API server by the Service <c>kubernetes</c> in <c>default</c> and its endpoints, and DNS by the Service that is
    /// labelled k8s-app=kube-dns or bears one of the names in use for it.
    /// </summary>
    /// <param name="services">Services; only those of <c>default</c>, <c>kube-system</c> and <c>openshift-dns</c> are looked at.</param>
    /// <param name="endpoints">Endpoints of those Services.</param>
    /// <param name="namespaces">Namespaces, to know whether they can be selected by name.</param>
    public static ClusterEntities Discover(
        IEnumerable<V1Service> services,
        IEnumerable<V1Endpoints> endpoints,
        IEnumerable<NamespaceFacts> namespaces
    ) => EntityDiscovery.Discover([.. services], [.. endpoints], [.. namespaces]);

    /// <summary>
    /// The same, with DNS as it was last resolved where it is not resolved as well now: while the DNS Service is replaced, what was known of it
    /// holds on.
    /// </summary>
    public ClusterEntities KeepingDns(ClusterEntities last)
    {
        ArgumentNullException.ThrowIfNull(last);
        return last.DnsResolution <= DnsResolution
            ? this
            : this with
            {
                Dns = last.Dns,
                DnsResolution = last.DnsResolution,
                DnsServers = last.DnsServers,
            };
    }
}

/// <summary>How the cluster's DNS servers are known; a greater value is the better answer.</summary>
public enum DnsResolution
{
    /// <summary>No DNS Service was found: they are taken to be pods labelled k8s-app=kube-dns in kube-system, and no others.</summary>
    Convention,

    /// <summary>Only the Service that NodeLocal DNS cache comes with was found.</summary>
    NodeLocalOnly,

    /// <summary>The DNS Service was found.</summary>
    Service,
}

/// <summary>Pods that serve the cluster's DNS, as far as a policy of their own namespace has to let others in to them.</summary>
/// <param name="Namespace">Namespace that they run in.</param>
/// <param name="Ports">Ports that they listen on; a name stands for the number each pod gives it.</param>
public sealed record DnsServerPods(string Namespace, ImmutableArray<V1NetworkPolicyPort> Ports);

/// <summary>Where a part of the cluster can be reached: any of the peers, on any of the ports.</summary>
/// <param name="Peers">Pods or blocks of one address.</param>
/// <param name="Ports">Ports; a name stands for the number each destination pod gives it.</param>
public sealed record EntityDestination(ImmutableArray<V1NetworkPolicyPeer> Peers, ImmutableArray<V1NetworkPolicyPort> Ports);
