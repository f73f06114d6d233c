using System.Text.Json.Nodes;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;
using Palisade.Testing;

namespace Palisade.Operator.Tests.Cluster;

/// <summary>Selection, peers and profiles, on a real API server.</summary>
[Collection<OperatorCollection>]
public sealed class ExpansionTests(OperatorFixture fixture) : OperatorTest(fixture.Cluster)
{
    [Fact]
    public async Task ClusterPolicy_Created_IsStampedIntoEveryMatchingNamespaceAndNoOther()
    {
        V1Namespace[] matching = [await NamespaceAsync(), await NamespaceAsync(), await NamespaceAsync()];
        var other = await NamespaceNamedAsync(OperatorCluster.Unique("ns"));

        var policy = await ClusterPolicyAsync();

        var ready = await ReadyAsync(policy);
        StatusOf(ready)!.Namespaces!.Matched.ShouldBe(3);
        StatusOf(ready)!.Namespaces!.UpToDate.ShouldBe(3);
        foreach (var target in matching)
        {
            (await StampedAsync(policy, target)).ShouldNotBeNull();
        }

        (await StampedAsync(policy, other)).ShouldBeNull();
    }

    [Fact]
    public async Task ClusterPolicy_Stamped_CarriesOwnerAndLabelAndNothingElse()
    {
        var target = await NamespaceAsync();
        var policy = await ClusterPolicyAsync(entity =>
        {
            entity.Metadata.Labels = Labels(("app.kubernetes.io/instance", "argo"), ("team", "a"));
            entity.Metadata.Annotations = Labels(("argocd.argoproj.io/tracking-id", "x"));
        });

        var stamped = await ArrivalAsync(policy, target);

        stamped.Metadata.Labels.ShouldBe(Labels(("app.kubernetes.io/managed-by", "palisade")));
        stamped.Metadata.Annotations.ShouldBeNull();
        var owner = stamped.Metadata.OwnerReferences!.ShouldHaveSingleItem();
        (owner.ApiVersion, owner.Kind, owner.Name, owner.Uid).ShouldBe(
            ("palisade.dev/v1alpha1", "ClusterNetworkPolicy", policy.Metadata.Name, policy.Metadata.Uid!)
        );
        var manager = stamped.Metadata.ManagedFields!.ShouldHaveSingleItem();
        (manager.Manager, manager.Operation).ShouldBe(("palisade-operator", "Apply"));
    }

    [Fact]
    public async Task Namespace_LabelsChange_IsFollowed()
    {
        var policy = await ClusterPolicyAsync();
        var target = await NamespaceNamedAsync(OperatorCluster.Unique("ns"));
        await ReadyAsync(policy);

        await LabelAsync(target, TestLabel, Mine);
        await ArrivalAsync(policy, target);
        await LabelAsync(target, TestLabel, value: null);
        await RemovalAsync(policy, target);

        await StatusAsync(policy, status => status.Namespaces!.Matched == 0);
    }

    [Fact]
    public async Task Namespace_CreatedLater_IsStamped()
    {
        var policy = await ClusterPolicyAsync();
        await ReadyAsync(policy);

        var target = await NamespaceAsync();

        await ArrivalAsync(policy, target);
        await StatusAsync(policy, status => status.Namespaces is { Matched: 1, UpToDate: 1 });
    }

    [Fact]
    public async Task ClusterPolicy_Changed_IsChangedInEveryNamespace()
    {
        V1Namespace[] targets = [await NamespaceAsync(), await NamespaceAsync()];
        var policy = await ClusterPolicyAsync();
        await ReadyAsync(policy);

        await ChangeAsync(policy, now => now.Spec.Ingress = [new() { Ports = [new() { Port = 80 }] }]);

        await ReadyAsync(policy);
        foreach (var target in targets)
        {
            (await StampedAsync(policy, target))!
                .Spec!.Ingress!.ShouldHaveSingleItem()
                .Ports!.ShouldHaveSingleItem()
                .Port.Number.ShouldBe(80);
        }
    }

    [Fact]
    public async Task ClusterPolicy_EgressComesToRulesLeftToDefault_IsIsolatedForEgressToo()
    {
        var target = await NamespaceAsync();
        var policy = await ClusterPolicyAsync(entity => entity.Spec.PolicyTypes = null);
        await ArrivalAsync(policy, target);

        await ChangeAsync(policy, now => now.Spec.Egress = [new() { Ports = [new() { Port = 443 }] }]);

        var stamped = await StampedAsync(policy, target, now => now.Spec!.Egress is { Count: 1 });
        stamped.Spec!.PolicyTypes.ShouldBe(["Ingress", "Egress"]);
    }

    [Fact]
    public async Task ClusterPolicy_Deleted_IsRemovedEverywhereWithoutGarbageCollector()
    {
        V1Namespace[] targets = [await NamespaceAsync(), await NamespaceAsync()];
        var policy = await ClusterPolicyAsync();
        await ReadyAsync(policy);

        await DeleteAsync(policy);

        foreach (var target in targets)
        {
            await RemovalAsync(policy, target);
        }
    }

    [Fact]
    public async Task ClusterPolicy_DeletedAndCreatedAnew_OwnsWhatWasStamped()
    {
        var target = await NamespaceAsync();
        var first = await ClusterPolicyAsync();
        await ReadyAsync(first);

        await DeleteAsync(first);
        var second = await ClusterPolicyAsync(entity => entity.Metadata.Name = first.Metadata.Name);

        await ReadyAsync(second);
        await StampedAsync(second, target, now => now.Metadata.OwnerReferences!.Single().Uid == second.Metadata.Uid);
    }

    [Fact]
    public async Task ClusterPolicy_Exclusions_AreSpared()
    {
        var (named, globbed, optedOut, included) = (
            await NamespaceAsync(),
            await NamespaceNamedAsync(OperatorCluster.Unique("sandbox"), (TestLabel, Mine)),
            await NamespaceAsync(("palisade.dev/opt-out", "true")),
            await NamespaceAsync()
        );

        var policy = await ClusterPolicyAsync(entity =>
        {
            entity.Spec.ExcludedNamespaces = [named.Metadata.Name, "sandbox-*"];
            entity.Spec.AllowOptOut = true;
        });

        await ReadyAsync(policy);
        (await StampedAsync(policy, included)).ShouldNotBeNull();
        foreach (var spared in new[] { named, globbed, optedOut })
        {
            (await StampedAsync(policy, spared)).ShouldBeNull();
        }
    }

    [Fact]
    public async Task Profile_OverEverything_SparesSystemNamespacesAndPalisade()
    {
        var profile = await ProfileAsync(entity => entity.Spec.NamespaceSelector = new());

        await ReadyAsync(profile);
        foreach (var name in new[] { "kube-system", "kube-public", "kube-node-lease", "palisade-system" })
        {
            (await StampedAsync(profile, new V1Namespace { Metadata = new() { Name = name } })).ShouldBeNull();
        }

        (await StampedAsync(profile, new V1Namespace { Metadata = new() { Name = "default" } })).ShouldNotBeNull();
        await DeleteAsync(profile);
    }

    [Fact]
    public async Task Profile_TurnsToAuditAndBack_IsRemovedAndStampedAgain()
    {
        var target = await NamespaceAsync();
        var profile = await ProfileAsync();
        await ArrivalAsync(profile, target);

        await ChangeAsync(profile, now => now.Spec.Enforcement = "Audit");
        await RemovalAsync(profile, target);
        var audited = await ReadyAsync(profile);
        Condition(StatusOf(audited)!, "Ready").Reason.ShouldBe("Audit");

        await ChangeAsync(profile, now => now.Spec.Enforcement = "Enforce");
        await ArrivalAsync(profile, target);
    }

    [Fact]
    public async Task Peer_Tenant_FollowsTheLabelsOfTheTargetNamespace()
    {
        var (red, none) = (await NamespaceAsync(("team", "red")), await NamespaceAsync());
        var policy = await ClusterPolicyAsync(entity =>
            entity.Spec.Ingress = [new() { FromProperty = [new() { Tenant = new() { Labels = ["team"] } }] }]
        );

        var stamped = await ArrivalAsync(policy, red);
        stamped.Spec!.Ingress!.Single().FromProperty!.Single().NamespaceSelector!.MatchLabels.ShouldBe(Labels(("team", "red")));
        // Without the label there is no such peer, and with it goes the rule: never everybody.
        (await ArrivalAsync(policy, none)).Spec!.Ingress.ShouldBeNull();

        await LabelAsync(none, "team", "blue");
        await StampedAsync(policy, none, now => now.Spec!.Ingress is { Count: 1 });
    }

    [Fact]
    public async Task Peer_Nodes_FollowsTheNodeList()
    {
        var target = await NamespaceAsync();
        var policy = await ClusterPolicyAsync(entity =>
            entity.Spec.Ingress = [new() { FromProperty = [new() { Nodes = new() { MatchLabels = Labels(("role", Mine)) } }] }]
        );
        (await ArrivalAsync(policy, target)).Spec!.Ingress.ShouldBeNull();

        var node = new V1Node
        {
            Metadata = new() { Name = OperatorCluster.Unique("node"), Labels = Labels(("role", Mine)) },
        };
        await Client.CreateAsync(node, Cancel);
        var addresses = new JsonObject
        {
            ["status"] = new JsonObject
            {
                ["addresses"] = new JsonArray(new JsonObject { ["type"] = "InternalIP", ["address"] = "192.0.2.77" }),
            },
        };
        await Client.PatchAsync<V1Node>(new NamespacedName(node.Metadata.Name), Patch.Merge(addresses), "status", Cancel);

        var stamped = await StampedAsync(policy, target, now => now.Spec!.Ingress is { Count: 1 });
        stamped.Spec!.Ingress!.Single().FromProperty!.Single().IpBlock!.Cidr.ShouldBe("192.0.2.77/32");
        await DeleteAsync(node);
        await StampedAsync(policy, target, now => now.Spec!.Ingress is null);
    }

    [Fact]
    public async Task Peer_KubeAPIServer_IsItsEndpointsAndClusterAddress()
    {
        var target = await NamespaceAsync();
        var policy = await ClusterPolicyAsync(entity =>
        {
            entity.Spec.PolicyTypes = ["Egress"];
            entity.Spec.Egress = [new() { To = [new() { Entity = "KubeAPIServer" }] }];
        });
        // The API server makes them after its start, and again after somebody deleted them.
        V1Endpoints? endpoints = null;
        V1Service? service = null;
        await Eventually.TrueAsync(
            async () =>
                (endpoints = await Client.GetAsync<V1Endpoints>("kubernetes", "default", Cancel)) is { Subsets.Count: > 0 }
                && (service = await Client.GetAsync<V1Service>("kubernetes", "default", Cancel)) is not null,
            Cancel
        );

        string[] expected = [$"{endpoints!.Subsets![0].Addresses![0].Ip}/32", $"{service!.Spec!.ClusterIP}/32"];
        await StampedAsync(
            policy,
            target,
            now => Blocks(now).Order(StringComparer.Ordinal).SequenceEqual(expected.Order(StringComparer.Ordinal))
        );
    }

    private static IEnumerable<string> Blocks(V1NetworkPolicy policy) =>
        policy.Spec!.Egress!.SelectMany(rule => rule.To!).Select(peer => peer.IpBlock!.Cidr);

    private Task<V1Namespace> LabelAsync(V1Namespace target, string key, string? value)
    {
        var change = new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { [key] = value } } };
        return Client.PatchAsync<V1Namespace>(NamespacedName.From(target), Patch.Merge(change), cancellationToken: Cancel);
    }
}
