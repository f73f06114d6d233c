using Palisade.Kubernetes;
using Palisade.Testing;

namespace Palisade.Operator.Tests.Cluster;

/// <summary>
/// How the cluster's DNS is found, and what holds while it is not. Each test has an operator of its own: it remembers what it last found.
/// </summary>
public sealed class DnsTests(OperatorCluster cluster) : OperatorTest(cluster), IClassFixture<OperatorCluster>
{
    private static readonly NamespacedName KubeDns = new("kube-system", "kube-dns");

    [Fact]
    public async Task ClusterDNS_NodeLocalCache_IsItsAddressToo()
    {
        await using var running = await RunningOperator.LeadingAsync(Cluster.AsOperator, Cancel);
        var target = await NamespaceAsync();
        var profile = await ProfileAsync();
        var upstream = await Client.CreateAsync(DnsService("kube-dns-upstream", Labels(("k8s-app", "kube-dns"))), Cancel);

        var stamped = await StampedAsync(profile, target, now => DnsAddresses(now).Count > 0);

        DnsAddresses(stamped).ShouldBe(["169.254.20.10/32", $"{upstream.Spec!.ClusterIP}/32"], ignoreOrder: true);
        await DeleteAsync(upstream);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("None")]
    public async Task ClusterDNS_ServiceWithSelector_IsItsPodsAndItsAddress(string? clusterIP)
    {
        await using var running = await RunningOperator.LeadingAsync(Cluster.AsOperator, Cancel);
        var target = await NamespaceAsync();
        var profile = await ProfileAsync();
        var service = await Client.CreateAsync(CoreDns(5353, clusterIP), Cancel);

        var stamped = await StampedAsync(profile, target, now => PeersOn(now, 5353).Any());

        var pods = PeersOn(stamped, 5353).ShouldHaveSingleItem();
        pods.PodSelector!.MatchLabels.ShouldBe(Labels(("dns", "core")));
        // API servers before 1.21 do not label namespaces with their name: then it is any.
        var home = (await Client.GetAsync<V1Namespace>("kube-system", cancellationToken: Cancel))!;
        var named = home.Metadata.Labels?.ContainsKey("kubernetes.io/metadata.name") == true;
        pods.NamespaceSelector!.MatchLabels.ShouldBe(named ? Labels(("kubernetes.io/metadata.name", "kube-system")) : null);
        // One without an address of its own is reached at its pods alone.
        DnsAddresses(stamped).ShouldBe(clusterIP == "None" ? [] : [$"{service.Spec!.ClusterIP}/32"]);
        stamped.Spec!.Egress!.SelectMany(rule => rule.Ports ?? []).ShouldAllBe(port => port.Protocol == "UDP");
        await DeleteAsync(service);
    }

    [Fact]
    public async Task ClusterDNS_ServiceIsReplaced_StampsOnceWhenTheNewOneIsThere()
    {
        await using var running = await RunningOperator.LeadingAsync(Cluster.AsOperator, Cancel);
        var target = await NamespaceAsync();
        var profile = await ProfileAsync();
        var service = await Client.CreateAsync(CoreDns(5353, "None"), Cancel);
        await StampedAsync(profile, target, now => PeersOn(now, 5353).Any());
        await ReadyAsync(profile);
        var before = Cluster.Requests.Length;

        await DeleteAsync(service);
        // One that is seen after the Service has gone is stamped with what was last known of it.
        var later = await NamespaceAsync();
        PeersOn(await ArrivalAsync(profile, later), 5353).Any().ShouldBeTrue();
        service = await Client.CreateAsync(CoreDns(5354, "None"), Cancel);
        await StampedAsync(profile, target, now => PeersOn(now, 5354).Any());

        var stamp = $"patch networkpolicies {target.Metadata.Name}/{NameOf(profile)}";
        Cluster.Requests.WritesSince(before).Count(request => request == stamp).ShouldBe(1);
        await DeleteAsync(service);
    }

    [Fact]
    public async Task ClusterDNS_ServiceIsGoneWhenTheOperatorRestarts_WhatIsStampedStays()
    {
        var target = await NamespaceAsync();
        var profile = await ProfileAsync();
        var service = await Client.CreateAsync(CoreDns(5353, "None"), Cancel);
        await using (await RunningOperator.LeadingAsync(Cluster.AsOperator, Cancel))
        {
            await StampedAsync(profile, target, now => PeersOn(now, 5353).Any());
            await ReadyAsync(profile);
        }

        var stamped = (await StampedAsync(profile, target)).ShouldNotBeNull();
        await DeleteAsync(service);
        await using var running = await RunningOperator.LeadingAsync(Cluster.AsOperator, Cancel);
        var status = StatusOf(await NotReadyAsync(profile, "EntityNotFound"))!;

        Condition(status, "Ready").Message.ShouldContain("the cluster's DNS Service was not found");
        (await StampedAsync(profile, target))!.Metadata.ResourceVersion.ShouldBe(stamped.Metadata.ResourceVersion);
        var later = await NamespaceAsync();
        (await ArrivalAsync(profile, later)).Spec!.PolicyTypes!.Count.ShouldBe(2, "isolation waits for nothing");

        service = await Client.CreateAsync(CoreDns(5354, "None"), Cancel);
        await StampedAsync(profile, target, now => PeersOn(now, 5354).Any());
        await StampedAsync(profile, later, now => PeersOn(now, 5354).Any());
        await ReadyAsync(profile);
        await DeleteAsync(service);
    }

    [Fact]
    public async Task ClusterDNS_NeverFound_IsRepairedAndFollowsTheSpecAfterARestartToo()
    {
        var target = await NamespaceAsync();
        var profile = await ProfileAsync();
        await using (await RunningOperator.LeadingAsync(Cluster.AsOperator, Cancel))
        {
            await ReadyAsync(profile);
        }

        var other = await NamespaceAsync();
        await using var running = await RunningOperator.LeadingAsync(Cluster.AsOperator, Cancel);
        await ReadyAsync(profile);
        await ChangeAsync((await StampedAsync(profile, other)).ShouldNotBeNull(), now => now.Spec!.Ingress = [new()]);
        await StampedAsync(profile, other, now => now.Spec!.Ingress!.All(rule => rule.FromProperty is { Count: > 0 }));
        await ChangeAsync(profile, now => now.Spec.PolicyTypes = ["Egress"]);
        await StampedAsync(profile, target, now => now.Spec!.PolicyTypes!.Count == 1);
        await ReadyAsync(profile);
    }

    [Fact]
    public async Task ClusterDNS_NoService_IsPodsOfTheUsualLabelInKubeSystemOnly()
    {
        await using var running = await RunningOperator.LeadingAsync(Cluster.AsOperator, Cancel);
        var target = await NamespaceAsync();
        var profile = await ProfileAsync();

        var stamped = await ArrivalAsync(profile, target);

        var peer = PeersOn(stamped, 53).ShouldHaveSingleItem();
        (peer.IpBlock, peer.NamespaceSelector!.MatchExpressions).ShouldBe((null, null));
        peer.NamespaceSelector.MatchLabels.ShouldBe(Labels(("kubernetes.io/metadata.name", "kube-system")));
        peer.PodSelector!.MatchLabels.ShouldBe(Labels(("k8s-app", "kube-dns")));
        stamped
            .Spec!.Egress!.SelectMany(rule => rule.Ports ?? [])
            .Select(port => $"{port.Protocol}/{port.Port}")
            .ShouldBe(["TCP/53", "UDP/53"], ignoreOrder: true);
    }

    [Fact]
    public async Task ClusterDNS_EndpointsWithoutTheLabel_AreFoundByName()
    {
        await using var running = await RunningOperator.LeadingAsync(Cluster.AsOperator, Cancel);
        var target = await NamespaceAsync();
        var profile = await ProfileAsync();
        var byHand = DnsEndpoints("192.0.2.55");
        byHand.Metadata.Labels = null;
        await ServiceAddresses.WriteAsync(Client, byHand, Cancel);
        var service = await Client.CreateAsync(DnsService("kube-dns", selector: null), Cancel);

        await StampedAsync(profile, target, now => DnsAddresses(now).Contains("192.0.2.55/32", StringComparer.Ordinal));

        await DeleteAsync(service);
        await ServiceAddresses.DeleteAsync(Client, KubeDns, Cancel);
    }

    [Fact]
    public async Task ClusterDNS_ServiceWithoutSelector_IsTheAddressesOfItsEndpoints()
    {
        await using var running = await RunningOperator.LeadingAsync(Cluster.AsOperator, Cancel);
        var target = await NamespaceAsync();
        var profile = await ProfileAsync();
        await ServiceAddresses.WriteAsync(Client, DnsEndpoints("192.0.2.53"), Cancel);
        var service = await Client.CreateAsync(DnsService("kube-dns", selector: null), Cancel);

        var stamped = await StampedAsync(profile, target, now => DnsAddresses(now).Count == 2);

        DnsAddresses(stamped).ShouldBe(["192.0.2.53/32", $"{service.Spec!.ClusterIP}/32"], ignoreOrder: true);
        await ServiceAddresses.WriteAsync(Client, DnsEndpoints("192.0.2.54"), Cancel);
        await StampedAsync(profile, target, now => DnsAddresses(now).Contains("192.0.2.54/32", StringComparer.Ordinal));
        await DeleteAsync(service);
        await ServiceAddresses.DeleteAsync(Client, KubeDns, Cancel);
    }

    [Fact]
    public async Task DnsNamespace_IsLeftAloneUnlessAskedFor_AndThenLetsEverybodyInToDns()
    {
        var app = await NamespaceAsync();
        var home = await NamespaceNamedAsync("openshift-dns", (TestLabel, Mine));
        var service = CoreDns(5353, "None");
        (service.Metadata.Name, service.Metadata.NamespaceProperty, service.Metadata.Labels) = ("dns-default", "openshift-dns", null);
        service = await Client.CreateAsync(service, Cancel);
        await using var running = await RunningOperator.LeadingAsync(Cluster.AsOperator, Cancel);
        var profile = await ReadyAsync(await ProfileAsync());

        PeersOn((await StampedAsync(profile, app))!, 5353).ShouldNotBeEmpty();
        (await StampedAsync(profile, home)).ShouldBeNull();

        await ChangeAsync(profile, now => now.Spec.IncludeSystemNamespaces = true);
        var closed = await ArrivalAsync(profile, home);
        var open = closed.Spec!.Ingress!.Where(rule => rule.FromProperty is null or { Count: 0 }).ShouldHaveSingleItem();
        open.Ports!.Select(port => $"{port.Protocol}/{port.Port}").ShouldBe(["UDP/5353"]);
        (await StampedAsync(profile, app))!.Spec!.Ingress!.ShouldAllBe(rule => rule.FromProperty != null && rule.FromProperty.Count > 0);
        await ChangeAsync(profile, now => now.Spec.Allow = new() { Dns = false });
        await StampedAsync(profile, home, now => now.Spec!.Ingress!.All(rule => rule.FromProperty is { Count: > 0 }));
        await DeleteAsync(service);
    }

    private static V1Service CoreDns(int targetPort, string? clusterIP)
    {
        var service = DnsService("kube-dns", Labels(("dns", "core")));
        service.Spec!.ClusterIP = clusterIP;
        service.Spec.Ports![0].TargetPort = targetPort;
        return service;
    }

    private static List<string> DnsAddresses(V1NetworkPolicy policy) =>
        [
            .. policy
                .Spec!.Egress!.SelectMany(rule => rule.To!)
                .Select(peer => peer.IpBlock?.Cidr)
                .OfType<string>()
                .Distinct(StringComparer.Ordinal),
        ];

    private static IEnumerable<V1NetworkPolicyPeer> PeersOn(V1NetworkPolicy policy, int port) =>
        policy.Spec!.Egress!.Where(rule => rule.Ports?.Any(one => one.Port.Number == port) == true).SelectMany(rule => rule.To!);

    private static V1Service DnsService(string name, Dictionary<string, string>? selector) =>
        new()
        {
            Metadata = new()
            {
                Name = name,
                NamespaceProperty = "kube-system",
                Labels = Labels(("k8s-app", "kube-dns")),
            },
            Spec = new()
            {
                Selector = selector,
                Ports =
                [
                    new()
                    {
                        Name = "dns",
                        Protocol = "UDP",
                        Port = 53,
                    },
                ],
            },
        };

    private static V1Endpoints DnsEndpoints(string address) =>
        new()
        {
            Metadata = new()
            {
                Name = "kube-dns",
                NamespaceProperty = "kube-system",
                Labels = Labels(("k8s-app", "kube-dns")),
            },
            Subsets =
            [
                new()
                {
                    Addresses = [new() { Ip = address }],
                    Ports =
                    [
                        new()
                        {
                            Name = "dns",
                            Protocol = "UDP",
                            Port = 53,
                        },
                    ],
                },
            ],
        };
}
