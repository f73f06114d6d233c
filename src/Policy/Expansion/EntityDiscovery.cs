using System.Collections.Immutable;
using Palisade.Policy.Net;
using Palisade.Policy.Selectors;

namespace Palisade.Policy.Expansion;

/// <summary>Finds the API server and the DNS servers in what the API server lists.</summary>
internal static class EntityDiscovery
{
    private const int DnsPort = 53;

    /// <summary>Names and namespaces of DNS Services that do not carry the label k8s-app=kube-dns.</summary>
    private static readonly (string Namespace, string Name)[] DnsServiceNames =
    [
        ("kube-system", "kube-dns"),
        ("kube-system", "coredns"),
        ("openshift-dns", "dns-default"),
    ];

    /// <summary>Address that NodeLocal DNS cache listens on, in every distribution, and the Service that comes with it.</summary>
    private static readonly IpAddress NodeLocalDns = IpAddress.Parse("169.254.20.10");

    private const string NodeLocalService = "kube-dns-upstream";

    /// <summary>
    /// What DNS is when no Service says it: pods labelled k8s-app=kube-dns in kube-system. Never elsewhere: anybody who may label a pod of theirs
    /// would be let in to from every namespace.
    /// </summary>
    public static EntityDestination ConventionalDns { get; } =
        new(
            [
                new()
                {
                    NamespaceSelector = Labelled(SystemNamespaces.NameLabel, "kube-system"),
                    PodSelector = Labelled("k8s-app", "kube-dns"),
                },
            ],
            DnsPorts(DnsPort)
        );

    /// <summary>The pods behind <see cref="ConventionalDns"/>.</summary>
    public static DnsServerPods ConventionalDnsServers { get; } = new("kube-system", DnsPorts(DnsPort));

    public static ClusterEntities Discover(
        ImmutableArray<V1Service> services,
        ImmutableArray<V1Endpoints> endpoints,
        ImmutableArray<NamespaceFacts> namespaces
    )
    {
        var backends = Find(endpoints, "default", "kubernetes")?.Subsets ?? [];
        var sources = backends.SelectMany(AddressesOf).Distinct().Order().ToImmutableArray();
        var apiServer = sources.IsEmpty ? [] : ApiServerDestinations(Find(services, "default", "kubernetes"), backends);
        var dns = DnsDestinations(services, endpoints, namespaces);
        return new()
        {
            ApiServerAddresses = sources,
            ApiServer = Merge(apiServer),
            Dns = dns.Count == 0 ? [ConventionalDns] : Merge(dns),
            DnsResolution = Resolution(services, dns),
            DnsServers = dns.Count == 0 ? [ConventionalDnsServers] : ServersBehind(services),
        };
    }

    private static DnsResolution Resolution(ImmutableArray<V1Service> services, List<EntityDestination> dns) =>
        !dns.Exists(d => d.Peers.Length > 0 && d.Ports.Length > 0) ? DnsResolution.Convention
        : services.Any(s => IsDns(s) && s.Metadata.Name != NodeLocalService) ? DnsResolution.Service
        : DnsResolution.NodeLocalOnly;

    /// <summary>A Service without a selector has its servers elsewhere, and nothing is to be opened for them.</summary>
    private static ImmutableArray<DnsServerPods> ServersBehind(ImmutableArray<V1Service> services) =>
        [
            .. services
                .Where(s => IsDns(s) && s.Spec?.Selector is { Count: > 0 })
                .Select(WithDnsPortsOnly)
                .GroupBy(s => s.Metadata.NamespaceProperty ?? "", s => TargetPorts(s), StringComparer.Ordinal)
                .OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => new DnsServerPods(g.Key, Sorted(g.SelectMany(ports => ports)))),
        ];

    private static IEnumerable<V1NetworkPolicyPort> TargetPorts(V1Service service) =>
        (service.Spec!.Ports ?? []).Select(p => Port(p.Protocol, p.TargetPort ?? p.Port));

    private static List<EntityDestination> ApiServerDestinations(V1Service? service, IList<V1EndpointSubset> backends)
    {
        var destinations = backends.Select(subset => ByEndpoints(subset, _ => true)).ToList();
        if (service is not null)
        {
            destinations.Add(ByClusterAddress(service));
        }

        return destinations;
    }

    private static List<EntityDestination> DnsDestinations(
        ImmutableArray<V1Service> services,
        ImmutableArray<V1Endpoints> endpoints,
        ImmutableArray<NamespaceFacts> namespaces
    )
    {
        var destinations = new List<EntityDestination>();
        foreach (var service in services.Where(IsDns).Select(WithDnsPortsOnly))
        {
            destinations.Add(ByClusterAddress(service));
            if (service.Spec?.Selector is { Count: > 0 } selector)
            {
                var home = namespaces.FirstOrDefault(n => n.Name == service.Metadata.NamespaceProperty);
                var pods = new V1LabelSelector { MatchLabels = new SortedDictionary<string, string>(selector, StringComparer.Ordinal) };
                var place = ByName(home, service.Metadata.NamespaceProperty);
                destinations.Add(new([new() { NamespaceSelector = place, PodSelector = pods }], [.. TargetPorts(service)]));
            }
            else
            {
                var subsets = Find(endpoints, service.Metadata.NamespaceProperty, service.Metadata.Name)?.Subsets ?? [];
                destinations.AddRange(subsets.Select(subset => ByEndpoints(subset, port => IsServed(service, port))));
            }
        }

        if (services.FirstOrDefault(s => IsNamed(s.Metadata, "kube-system", NodeLocalService)) is { } upstream)
        {
            destinations.Add(ByClusterAddress(WithDnsPortsOnly(upstream)));
            destinations.Add(new(Blocks([NodeLocalDns]), DnsPorts(DnsPort)));
        }

        return destinations;
    }

    private static bool IsDns(V1Service service)
    {
        var metadata = service.Metadata;
        var labelled = metadata.Labels is { } labels && labels.TryGetValue("k8s-app", out var app) && app == "kube-dns";
        return (service.Spec?.Ports ?? []).Any(p => p.Port == DnsPort)
            && (
                (labelled && metadata.NamespaceProperty == "kube-system")
                || DnsServiceNames.Any(n => IsNamed(metadata, n.Namespace, n.Name))
            );
    }

    /// <summary>
    /// The namespace by its name, which API servers from 1.21 on keep as a label; where the label is missing, any namespace, since no
    /// other label is sure to single it out.
    /// </summary>
    private static V1LabelSelector ByName(NamespaceFacts? home, string? name) =>
        home is null || (home.Labels.TryGetValue(SystemNamespaces.NameLabel, out var label) && label == name)
            ? Labelled(SystemNamespaces.NameLabel, name ?? "")
            : new();

    /// <summary>The Service without its other ports, such as metrics, which are no business of those who look up names.</summary>
    private static V1Service WithDnsPortsOnly(V1Service service)
    {
        var spec = service.Spec ?? new();
        return new()
        {
            Metadata = service.Metadata,
            Spec = new()
            {
                ClusterIP = spec.ClusterIP,
                ClusterIPs = spec.ClusterIPs,
                Selector = spec.Selector,
                Ports = [.. (spec.Ports ?? []).Where(p => p.Port == DnsPort)],
            },
        };
    }

    /// <summary>A port of endpoints is that of the Service's port by the same name.</summary>
    private static bool IsServed(V1Service service, Corev1EndpointPort port) =>
        (service.Spec?.Ports ?? []).Any(p => (p.Name ?? "") == (port.Name ?? ""));

    private static EntityDestination ByEndpoints(V1EndpointSubset subset, Func<Corev1EndpointPort, bool> serves) =>
        new(Blocks(AddressesOf(subset)), [.. (subset.Ports ?? []).Where(serves).Select(p => Port(p.Protocol, p.Port))]);

    private static EntityDestination ByClusterAddress(V1Service service)
    {
        var spec = service.Spec ?? new();
        var addresses = (spec.ClusterIPs ?? []).Append(spec.ClusterIP).SelectMany(Parse);
        return new(Blocks(addresses), [.. (spec.Ports ?? []).Select(p => Port(p.Protocol, p.Port))]);
    }

    /// <summary>Joins destinations that have the same ports, drops the empty ones, and puts all in order.</summary>
    private static ImmutableArray<EntityDestination> Merge(List<EntityDestination> destinations) =>
        [
            .. destinations
                .Where(d => d.Peers.Length > 0 && d.Ports.Length > 0)
                .Select(d => d with { Ports = Sorted(d.Ports) })
                .GroupBy(d => string.Join(',', d.Ports.Select(PortText)), StringComparer.Ordinal)
                .OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => new EntityDestination(Sorted(g.SelectMany(d => d.Peers)), g.First().Ports)),
        ];

    private static ImmutableArray<V1NetworkPolicyPort> Sorted(IEnumerable<V1NetworkPolicyPort> ports) =>
        [.. ports.DistinctBy(PortText, StringComparer.Ordinal).OrderBy(PortText, StringComparer.Ordinal)];

    private static ImmutableArray<V1NetworkPolicyPeer> Sorted(IEnumerable<V1NetworkPolicyPeer> peers) =>
        [.. peers.DistinctBy(PeerText, StringComparer.Ordinal).OrderBy(PeerText, StringComparer.Ordinal)];

    private static string PortText(V1NetworkPolicyPort port) => $"{port.Protocol}/{port.Port?.Plain}";

    private static string PeerText(V1NetworkPolicyPeer peer) =>
        peer.IpBlock?.Cidr ?? $"{LabelSelectorKey.From(peer.NamespaceSelector)}/{LabelSelectorKey.From(peer.PodSelector)}";

    private static ImmutableArray<V1NetworkPolicyPeer> Blocks(IEnumerable<IpAddress> addresses) =>
        [.. addresses.Distinct().Order().Select(a => new V1NetworkPolicyPeer { IpBlock = new() { Cidr = Cidr.Single(a).ToString() } })];

    /// <summary>Also those that are not ready: an API server that restarts keeps its address.</summary>
    private static IEnumerable<IpAddress> AddressesOf(V1EndpointSubset subset) =>
        (subset.Addresses ?? []).Concat(subset.NotReadyAddresses ?? []).SelectMany(a => Parse(a.Ip));

    private static IEnumerable<IpAddress> Parse(string? text) => IpAddress.TryParse(text, out var address) ? [address] : [];

    private static ImmutableArray<V1NetworkPolicyPort> DnsPorts(int number) => [Port("TCP", number), Port("UDP", number)];

    private static V1NetworkPolicyPort Port(string? protocol, IntOrString port) => new() { Protocol = protocol ?? "TCP", Port = port };

    private static V1LabelSelector Labelled(string key, string value) =>
        new() { MatchLabels = new Dictionary<string, string>(StringComparer.Ordinal) { [key] = value } };

    private static T? Find<T>(ImmutableArray<T> objects, string? inNamespace, string name)
        where T : class, k8s.IKubernetesObject<V1ObjectMeta> => objects.FirstOrDefault(o => IsNamed(o.Metadata, inNamespace, name));

    private static bool IsNamed(V1ObjectMeta metadata, string? inNamespace, string name) =>
        metadata.Name == name && metadata.NamespaceProperty == inNamespace;
}
