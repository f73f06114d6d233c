using System.Text.Json.Nodes;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;

namespace Palisade.Operator.Tests.Cluster;

/// <summary>Peers that stand for something in the cluster, and follow it.</summary>
[Collection<OperatorCollection>]
public sealed class PeerTests(OperatorFixture fixture) : OperatorTest(fixture.Cluster)
{
    [Fact]
    public async Task Tenant_LabelGoes_TakesTheRuleWithIt()
    {
        var target = await NamespaceAsync(("team", "red"), ("stage", "test"));
        var policy = await ClusterPolicyAsync(entity =>
            entity.Spec.Ingress = [new() { FromProperty = [new() { Tenant = new() { Labels = ["team", "stage"] } }] }]
        );
        var stamped = await StampedAsync(policy, target, now => now.Spec!.Ingress is { Count: 1 });
        PeerOf(stamped).NamespaceSelector!.MatchLabels.ShouldBe(Labels(("stage", "test"), ("team", "red")), ignoreOrder: true);

        await ChangeAsync(target, now => now.Metadata.Labels!["team"] = "blue");
        await StampedAsync(
            policy,
            target,
            now => now.Spec!.Ingress is { Count: 1 } && PeerOf(now).NamespaceSelector!.MatchLabels!["team"] == "blue"
        );

        // With one label of the two it would be all teams.
        await ChangeAsync(target, now => now.Metadata.Labels!.Remove("team"));
        var closed = await StampedAsync(policy, target, now => now.Spec!.Ingress is null);
        closed.Spec!.PolicyTypes.ShouldBe(["Ingress"]);
    }

    [Fact]
    public async Task Nodes_AddressesAndLabelsChange_AreFollowed()
    {
        var target = await NamespaceAsync();
        var policy = await ClusterPolicyAsync(entity =>
            entity.Spec.Ingress = [new() { FromProperty = [new() { Nodes = new() { MatchLabels = Labels(("role", Mine)) } }] }]
        );
        var node = await Client.CreateAsync(
            new V1Node
            {
                Metadata = new() { Name = OperatorCluster.Unique("node"), Labels = Labels(("role", Mine)) },
                Spec = new() { PodCIDR = "10.244.7.0/24", PodCIDRs = ["10.244.7.0/24"] },
            },
            Cancel
        );

        await AddressAsync(
            node,
            ("Hostname", "a.example"),
            ("InternalIP", "192.0.2.1"),
            ("InternalIP", "2001:db8::1"),
            ("ExternalIP", "198.51.100.1")
        );
        string[] all = ["10.244.7.0/31", "192.0.2.1/32", "198.51.100.1/32", "2001:db8::1/128"];
        await StampedAsync(policy, target, now => Blocks(now).SequenceEqual(all));

        await AddressAsync(node, ("InternalIP", "192.0.2.2"));
        await StampedAsync(policy, target, now => Blocks(now).SequenceEqual(["10.244.7.0/31", "192.0.2.2/32"]));

        await ChangeAsync(node, now => now.Metadata.Labels!["role"] = "other");
        await StampedAsync(policy, target, now => now.Spec!.Ingress is null);
        await DeleteAsync(node);
    }

    private static V1NetworkPolicyPeer PeerOf(V1NetworkPolicy policy) => policy.Spec!.Ingress!.Single().FromProperty!.Single();

    private static IEnumerable<string> Blocks(V1NetworkPolicy policy) =>
        (policy.Spec!.Ingress ?? [])
            .SelectMany(rule => rule.FromProperty!)
            .Select(peer => peer.IpBlock!.Cidr)
            .Order(StringComparer.Ordinal);

    private Task<V1Node> AddressAsync(V1Node node, params (string Type, string Address)[] addresses)
    {
        var list = new JsonArray([.. addresses.Select(entry => new JsonObject { ["type"] = entry.Type, ["address"] = entry.Address })]);
        var change = new JsonObject { ["status"] = new JsonObject { ["addresses"] = list } };
        return Client.PatchAsync<V1Node>(NamespacedName.From(node), Patch.Merge(change), "status", Cancel);
    }
}
