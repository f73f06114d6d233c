using System.Text.Json.Nodes;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;
using Palisade.Policy.Expansion;

namespace Palisade.Operator.Tests.Cluster;

/// <summary>What a DefaultDenyProfile leaves open, and where.</summary>
[Collection<OperatorCollection>]
public sealed class ProfileTests(OperatorFixture fixture) : OperatorTest(fixture.Cluster)
{
    [Fact]
    public async Task Allow_Nothing_IsIsolationWithoutAnyRule()
    {
        var stamped = await StampedWithAsync(_ => { });

        stamped.PolicyTypes.ShouldBe(["Ingress", "Egress"]);
        (stamped.Ingress, stamped.Egress).ShouldBe((null, null));
        stamped.PodSelector!.MatchLabels.ShouldBeNull();
    }

    [Fact]
    public async Task Allow_Dns_IsEgressToPort53Only()
    {
        var stamped = await StampedWithAsync(allow => allow.Dns = true);

        stamped.Ingress.ShouldBeNull();
        stamped.Egress!.ShouldNotBeEmpty();
        stamped.Egress!.ShouldAllBe(rule => rule.To!.Count > 0);
        stamped.Egress!.SelectMany(rule => rule.Ports!).ShouldAllBe(port => port.Port.Value == "53");
        stamped.Egress!.SelectMany(rule => rule.Ports!).Select(port => port.Protocol).ShouldBe(["TCP", "UDP"], ignoreOrder: true);
    }

    [Fact]
    public async Task Allow_SameNamespace_IsItsPodsBothWays()
    {
        var stamped = await StampedWithAsync(allow => allow.SameNamespace = true);

        var from = stamped.Ingress!.ShouldHaveSingleItem().FromProperty!.ShouldHaveSingleItem();
        var to = stamped.Egress!.ShouldHaveSingleItem().To!.ShouldHaveSingleItem();
        foreach (var peer in new[] { from, to })
        {
            (peer.NamespaceSelector, peer.IpBlock, peer.PodSelector!.MatchLabels).ShouldBe((null, null, null));
        }
    }

    [Fact]
    public async Task Allow_KubeAPIServer_IsEgressToItsAddressesAndPorts()
    {
        var endpoints = (await Client.GetAsync<V1Endpoints>("kubernetes", "default", Cancel))!.Subsets!.Single();
        var service = (await Client.GetAsync<V1Service>("kubernetes", "default", Cancel))!.Spec!;

        var stamped = await StampedWithAsync(allow => allow.KubeAPIServer = true);

        stamped.Ingress.ShouldBeNull();
        string[] opened =
        [
            .. stamped.Egress!.SelectMany(rule =>
                rule.To!.SelectMany(peer => rule.Ports!.Select(port => $"{peer.IpBlock!.Cidr} {port.Protocol} {port.Port}"))
            ),
        ];
        opened.ShouldBe(
            [$"{endpoints.Addresses![0].Ip}/32 TCP {endpoints.Ports![0].Port}", $"{service.ClusterIP}/32 TCP {service.Ports![0].Port}"],
            ignoreOrder: true
        );
    }

    [Fact]
    public async Task Allow_OwnRules_AreStampedAsGiven()
    {
        var stamped = await StampedWithAsync(allow =>
        {
            allow.Ingress = [new() { FromProperty = [new() { IpBlock = new() { Cidr = "192.0.2.0/24" } }], Ports = [new() { Port = 80 }] }];
            allow.Egress = [new() { To = [new() { NamespaceSelector = new() }], Ports = [new() { Protocol = "UDP", Port = 123 }] }];
        });

        var ingress = stamped.Ingress!.ShouldHaveSingleItem();
        (ingress.FromProperty!.Single().IpBlock!.Cidr, ingress.Ports!.Single().Port.Number).ShouldBe(("192.0.2.0/24", 80));
        var egress = stamped.Egress!.ShouldHaveSingleItem();
        egress.To!.Single().NamespaceSelector.ShouldNotBeNull();
        (egress.Ports!.Single().Protocol, egress.Ports!.Single().Port.Number).ShouldBe(("UDP", 123));
    }

    [Fact]
    public async Task PolicyTypes_OneDirection_LeavesTheOtherAlone()
    {
        var target = await NamespaceAsync();
        var profile = await ProfileAsync(entity => entity.Spec.PolicyTypes = ["Ingress"]);

        var stamped = (await ArrivalAsync(profile, target)).Spec!;

        stamped.PolicyTypes.ShouldBe(["Ingress"]);
        stamped.Egress.ShouldBeNull();
    }

    [Fact]
    public async Task IncludeSystemNamespaces_True_StampsThereTooUntilItIsFalse()
    {
        V1Namespace[] system = [await MineAsync("kube-system"), await MineAsync("palisade-system")];
        var profile = await ProfileAsync(entity => entity.Spec.IncludeSystemNamespaces = true);

        foreach (var target in system)
        {
            await ArrivalAsync(profile, target);
        }

        // The API server must reach the webhook all the same, or nobody could ever change the profile again.
        var own = (await StampedAsync(profile, system[1]))!.Spec!;
        own.Ingress!.SelectMany(rule => rule.Ports ?? [])
            .ShouldContain(port => port.Port.Value == $"{ExpansionContext.DefaultWebhookPort}");

        await ChangeAsync(profile, now => now.Spec.IncludeSystemNamespaces = false);
        foreach (var target in system)
        {
            await RemovalAsync(profile, target);
        }

        await StatusAsync(profile, status => status.Namespaces!.Matched == 0);
    }

    [Fact]
    public async Task ClusterPolicy_WithoutIncludeSystemNamespaces_LeavesTheSystemAlone()
    {
        V1Namespace[] system = [await MineAsync("kube-system"), await MineAsync("palisade-system")];
        var target = await NamespaceAsync();
        var policy = await ClusterPolicyAsync();

        await ArrivalAsync(policy, target);
        await StatusAsync(policy, status => status.Namespaces!.Matched == 1);
        (await StampedAsync(policy, system[0])).ShouldBeNull();

        await ChangeAsync(policy, now => now.Spec.IncludeSystemNamespaces = true);
        foreach (var one in system)
        {
            await ArrivalAsync(policy, one);
        }
    }

    /// <summary>What a profile stamps that leaves nothing open but what is configured.</summary>
    private async Task<V1NetworkPolicySpec> StampedWithAsync(Action<DefaultDenyAllowances> configure)
    {
        var target = await NamespaceAsync();
        var allow = new DefaultDenyAllowances
        {
            Dns = false,
            SameNamespace = false,
            KubeAPIServer = false,
        };
        configure(allow);
        var profile = await ProfileAsync(entity => entity.Spec.Allow = allow);
        await ReadyAsync(profile);
        return (await StampedAsync(profile, target))!.Spec!;
    }

    private Task<V1Namespace> MineAsync(string name)
    {
        var change = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { [TestLabel] = Mine } } };
        return Client.PatchAsync<V1Namespace>(new NamespacedName(name), Patch.Merge(change), cancellationToken: Cancel);
    }
}
