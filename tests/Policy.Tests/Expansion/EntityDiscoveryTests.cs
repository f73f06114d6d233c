using Palisade.Policy.Expansion;
using Palisade.Policy.Selectors;

namespace Palisade.Policy.Tests.Expansion;

public sealed class EntityDiscoveryTests
{
    private const string DnsPorts = "{name: dns, port: 53, protocol: UDP, targetPort: 5353}, {name: metrics, port: 9153, targetPort: 9153}";

    [Fact]
    public void Discover_Nothing_LeavesTheApiServerOutAndDnsByConvention()
    {
        var entities = ClusterEntities.Discover([], [], []);
        entities.ApiServer.ShouldBeEmpty();
        entities.ApiServerAddresses.ShouldBeEmpty();
        Text(entities.Dns).ShouldBe(["kubernetes.io/metadata.name in (kube-system)/k8s-app in (kube-dns) on TCP/53 UDP/53"]);
    }

    [Fact]
    public void Discover_ApiServerOnSeveralPortsAndNotReady_GivesAll()
    {
        var endpoints = Yaml.Read<V1Endpoints>(
            """
            metadata: {name: kubernetes, namespace: default}
            subsets:
            - {addresses: [{ip: 192.168.0.2}, {ip: 192.168.0.1}], ports: [{port: 6443}]}
            - {notReadyAddresses: [{ip: 192.168.0.3}], ports: [{port: 443}]}
            """
        );
        var service = Yaml.Read<V1Service>(
            "{metadata: {name: kubernetes, namespace: default}, spec: {clusterIP: 10.96.0.1, ports: [{port: 443}]}}"
        );
        var entities = ClusterEntities.Discover([service], [endpoints], []);
        Text(entities.ApiServer).ShouldBe(["10.96.0.1/32 192.168.0.3/32 on TCP/443", "192.168.0.1/32 192.168.0.2/32 on TCP/6443"]);
        entities.ApiServerAddresses.Length.ShouldBe(3);
    }

    [Fact]
    public void Discover_ServiceOfThatNameElsewhere_IsNotTheApiServer()
    {
        var endpoints = Yaml.Read<V1Endpoints>(
            "{metadata: {name: kubernetes, namespace: shop}, subsets: [{addresses: [{ip: 1.2.3.4}], ports: [{port: 1}]}]}"
        );
        ClusterEntities.Discover([], [endpoints], []).ApiServer.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("{name: kube-dns, namespace: kube-system}", true)]
    [InlineData("{name: coredns, namespace: kube-system}", true)]
    [InlineData("{name: rke2-coredns, namespace: kube-system, labels: {k8s-app: kube-dns}}", true)]
    [InlineData("{name: dns-default, namespace: openshift-dns}", true)]
    [InlineData("{name: kube-dns, namespace: shop, labels: {k8s-app: kube-dns}}", false)]
    [InlineData("{name: other, namespace: kube-system}", false)]
    public void Discover_DnsService_IsKnownByNameOrLabelInItsPlace(string metadata, bool known)
    {
        var service = Yaml.Read<V1Service>(
            $"{{metadata: {metadata}, spec: {{clusterIP: 10.96.0.10, selector: {{dns: x}}, ports: [{DnsPorts}]}}}}"
        );
        string[] expected = known
            ? ["10.96.0.10/32 on UDP/53", $"kubernetes.io/metadata.name in ({service.Metadata.NamespaceProperty})/dns in (x) on UDP/5353"]
            : ["kubernetes.io/metadata.name in (kube-system)/k8s-app in (kube-dns) on TCP/53 UDP/53"];
        Text(ClusterEntities.Discover([service], [], []).Dns).ShouldBe(expected);
    }

    [Fact]
    public void Discover_DnsServiceWithoutSelector_GivesItsEndpointsOnDnsPortsOnly()
    {
        var service = Yaml.Read<V1Service>(
            $"{{metadata: {{name: kube-dns, namespace: kube-system}}, spec: {{clusterIP: None, ports: [{DnsPorts}]}}}}"
        );
        var endpoints = Yaml.Read<V1Endpoints>(
            """
            metadata: {name: kube-dns, namespace: kube-system}
            subsets: [{addresses: [{ip: 192.168.9.9}], ports: [{name: dns, port: 5353, protocol: UDP}, {name: metrics, port: 9153}]}]
            """
        );
        Text(ClusterEntities.Discover([service], [endpoints], []).Dns).ShouldBe(["192.168.9.9/32 on UDP/5353"]);
    }

    [Fact]
    public void Discover_NamespaceWithoutItsNameForALabel_IsAnyNamespace()
    {
        var home = new NamespaceFacts { Name = "kube-system" };
        var service = Yaml.Read<V1Service>(
            "{metadata: {name: kube-dns, namespace: kube-system}, spec: {clusterIP: None, selector: {dns: x}, ports: [{port: 53}]}}"
        );
        Text(ClusterEntities.Discover([service], [], [home]).Dns).ShouldBe(["<everything>/dns in (x) on TCP/53"]);
    }

    [Fact]
    public void KeepingDns_ServiceIsGone_KeepsWhatWasLastFoundUntilItIsFoundAgain()
    {
        var found = ClusterEntities.Discover([Dns("kube-dns", "10.96.0.10")], [], []);
        var upstream = Dns("kube-dns-upstream", "10.96.0.11");
        upstream.Metadata.Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["k8s-app"] = "kube-dns" };

        var gone = ClusterEntities.Discover([], [], []).KeepingDns(found);
        var halfGone = ClusterEntities.Discover([upstream], [], []).KeepingDns(gone);
        var again = ClusterEntities.Discover([Dns("kube-dns", "10.96.0.12")], [], []).KeepingDns(halfGone);

        gone.Dns.ShouldBe(found.Dns);
        gone.DnsServers.ShouldBe(found.DnsServers);
        halfGone.Dns.ShouldBe(found.Dns);
        Text(again.Dns).ShouldContain(destination => destination.Contains("10.96.0.12/32", StringComparison.Ordinal));
    }

    private static V1Service Dns(string name, string clusterIP) =>
        Yaml.Read<V1Service>(
            $"{{metadata: {{name: {name}, namespace: kube-system}}, spec: {{clusterIP: {clusterIP}, selector: {{dns: x}}, ports: [{DnsPorts}]}}}}"
        );

    private static IEnumerable<string> Text(IEnumerable<EntityDestination> destinations) =>
        destinations.Select(d =>
            $"{string.Join(' ', d.Peers.Select(Text))} on {string.Join(' ', d.Ports.Select(p => $"{p.Protocol}/{p.Port}"))}"
        );

    private static string Text(V1NetworkPolicyPeer peer) =>
        peer.IpBlock?.Cidr ?? $"{LabelSelectorKey.From(peer.NamespaceSelector)}/{LabelSelectorKey.From(peer.PodSelector)}";
}
