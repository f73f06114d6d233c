using Palisade.Testing;

namespace Palisade.Operator.Tests.Cluster;

/// <summary>An entity that cannot be found, and is found again.</summary>
[Collection<OperatorCollection>]
public sealed class EntityTests(OperatorFixture fixture) : OperatorTest(fixture.Cluster)
{
    // The API server puts its own Service and Endpoints back every ten seconds, unless somebody refuses the write.
    private const string Refusal = """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingWebhookConfiguration
        metadata: {name: refuse-services}
        webhooks:
        - name: refuse-services.palisade.test
          clientConfig: {url: "https://127.0.0.1:1/"}
          rules: [{apiGroups: [""], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [services, endpoints]}]
          failurePolicy: Fail
          sideEffects: None
          timeoutSeconds: 1
          admissionReviewVersions: [v1]
        """;

    [Fact]
    public async Task KubeAPIServer_CannotBeFound_NothingIsStampedAnewAndWhatIsThereStays_AndHealsByItself()
    {
        var target = await NamespaceAsync();
        var policy = await ClusterPolicyAsync(entity =>
        {
            entity.Spec.PolicyTypes = ["Egress"];
            entity.Spec.Egress = [new() { To = [new() { Entity = "KubeAPIServer" }] }];
        });
        await ReadyAsync(policy);

        await HideApiServerAsync();
        V1Namespace later;
        try
        {
            await NotReadyAsync(policy, "EntityNotFound");
            // While only one of the two was gone, the other was still an answer.
            var stamped = (await StampedAsync(policy, target))!;
            stamped.Spec!.Egress.ShouldNotBeEmpty();
            later = await NamespaceAsync();
            await ChangeAsync(policy, now => now.Spec.Egress![0].Ports = [new() { Port = 6443 }]);

            var changed = await StatusAsync(policy, status => status.Namespaces is { Matched: 2, UpToDate: 0, Failed: 2 });
            var ready = Condition(StatusOf(changed)!, "Ready");
            (ready.Status, ready.Reason).ShouldBe(("False", "EntityNotFound"));
            ready.Message.ShouldContain("spec.egress[0].to[0].entity");
            Condition(StatusOf(changed)!, "Reconciling").Status.ShouldBe("True", "it waits for what comes by itself");
            (await StampedAsync(policy, target))!.Metadata.ResourceVersion.ShouldBe(stamped.Metadata.ResourceVersion);
            (await StampedAsync(policy, later)).ShouldBeNull("isolation without its allowance would be an outage");
        }
        finally
        {
            await Cluster.KubectlAsync(Cancel, "delete", "validatingwebhookconfiguration", "refuse-services");
        }

        await ApiServerIsBackAsync();
        await ReadyAsync(policy);
        foreach (var entity in new[] { target, later })
        {
            (await StampedAsync(policy, entity))!.Spec!.Egress!.Single().Ports!.Single().Port.ShouldBe(6443);
        }
    }

    [Fact]
    public async Task ClusterDNS_NodeLocalCache_IsItsAddressToo()
    {
        var target = await NamespaceAsync();
        var profile = await ProfileAsync();
        var upstream = await Client.CreateAsync(DnsService("kube-dns-upstream", Labels(("k8s-app", "kube-dns"))), Cancel);

        var stamped = await StampedAsync(profile, target, now => DnsAddresses(now).Count > 0);

        DnsAddresses(stamped).ShouldBe(["169.254.20.10/32", $"{upstream.Spec!.ClusterIP}/32"], ignoreOrder: true);
        await DeleteAsync(upstream);
        await StampedAsync(profile, target, now => DnsAddresses(now).Count == 0);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("None")]
    public async Task ClusterDNS_ServiceWithSelector_IsItsPodsAndItsAddress(string? clusterIP)
    {
        var target = await NamespaceAsync();
        var profile = await ProfileAsync();
        var asked = DnsService("kube-dns", Labels(("dns", "core")));
        asked.Spec!.ClusterIP = clusterIP;
        asked.Spec.Ports![0].TargetPort = 5353;
        var service = await Client.CreateAsync(asked, Cancel);

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
        await StampedAsync(profile, target, now => !PeersOn(now, 5353).Any());
    }

    [Fact]
    public async Task ClusterDNS_NoService_IsPodsOfTheUsualLabelAnywhere()
    {
        var target = await NamespaceAsync();
        var profile = await ProfileAsync();

        var stamped = await ArrivalAsync(profile, target);

        var peer = PeersOn(stamped, 53).ShouldHaveSingleItem();
        (peer.IpBlock, peer.NamespaceSelector!.MatchLabels, peer.NamespaceSelector.MatchExpressions).ShouldBe((null, null, null));
        peer.PodSelector!.MatchLabels.ShouldBe(Labels(("k8s-app", "kube-dns")));
        stamped
            .Spec!.Egress!.SelectMany(rule => rule.Ports ?? [])
            .Select(port => $"{port.Protocol}/{port.Port}")
            .ShouldBe(["TCP/53", "UDP/53"], ignoreOrder: true);
    }

    [Fact]
    public async Task ClusterDNS_EndpointsWithoutTheLabel_AreFoundByName()
    {
        var target = await NamespaceAsync();
        var profile = await ProfileAsync();
        var byHand = DnsEndpoints("192.0.2.55");
        byHand.Metadata.Labels = null;
        var endpoints = await Client.CreateAsync(byHand, Cancel);
        var service = await Client.CreateAsync(DnsService("kube-dns", selector: null), Cancel);

        await StampedAsync(profile, target, now => DnsAddresses(now).Contains("192.0.2.55/32", StringComparer.Ordinal));

        await DeleteAsync(service);
        await DeleteAsync(endpoints);
        await StampedAsync(profile, target, now => DnsAddresses(now).Count == 0);
    }

    [Fact]
    public async Task ClusterDNS_ServiceWithoutSelector_IsTheAddressesOfItsEndpoints()
    {
        var target = await NamespaceAsync();
        var profile = await ProfileAsync();
        var endpoints = await Client.CreateAsync(DnsEndpoints("192.0.2.53"), Cancel);
        var service = await Client.CreateAsync(DnsService("kube-dns", selector: null), Cancel);

        var stamped = await StampedAsync(profile, target, now => DnsAddresses(now).Count == 2);

        DnsAddresses(stamped).ShouldBe(["192.0.2.53/32", $"{service.Spec!.ClusterIP}/32"], ignoreOrder: true);
        endpoints.Subsets = DnsEndpoints("192.0.2.54").Subsets;
        await Client.UpdateAsync(endpoints, Cancel);
        await StampedAsync(profile, target, now => DnsAddresses(now).Contains("192.0.2.54/32", StringComparer.Ordinal));
        await DeleteAsync(service);
        await DeleteAsync(endpoints);
        await StampedAsync(profile, target, now => DnsAddresses(now).Count == 0);
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
        policy.Spec!.Egress!.Where(rule => rule.Ports?.Any(one => one.Port == port) == true).SelectMany(rule => rule.To!);

    private static V1Service DnsService(string name, Dictionary<string, string>? selector) =>
        new()
        {
            Metadata =
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
            Metadata =
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

    private async Task HideApiServerAsync()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Refusal, Cancel);
        await Cluster.KubectlAsync(Cancel, "apply", "-f", file);
        File.Delete(file);
        // It takes a moment until the refusal works; until then they would come back.
        await Eventually.TrueAsync(RefusesAsync, Cancel);
        await Client.DeleteAsync<V1Service>(new("default", "kubernetes"), cancellationToken: Cancel);
        await Client.DeleteAsync<V1Endpoints>(new("default", "kubernetes"), cancellationToken: Cancel);
    }

    /// <summary>Other tests of this cluster read them too.</summary>
    private Task ApiServerIsBackAsync() =>
        Eventually.TrueAsync(
            async () =>
                await Client.GetAsync<V1Service>("kubernetes", "default", Cancel) is not null
                && await Client.GetAsync<V1Endpoints>("kubernetes", "default", Cancel) is not null,
            Cancel
        );

    private async Task<bool> RefusesAsync()
    {
        try
        {
            await Cluster.KubectlAsync(Cancel, "create", "service", "clusterip", "probe", "--clusterip=None", "--dry-run=server");
            return false;
        }
        catch (InvalidOperationException)
        {
            return true;
        }
    }
}
