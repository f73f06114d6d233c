using System.Text.Json.Nodes;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;
using Palisade.Policy;
using Palisade.Policy.Expansion;
using Palisade.Testing;

namespace Palisade.Operator.Tests.Cluster;

/// <summary>The same things happen to namespaces, nodes and custom resources in ever another order, and somebody meddles.</summary>
[Collection<OperatorCollection>]
public sealed class EventOrderTests(OperatorFixture fixture) : OperatorTest(fixture.Cluster)
{
    private readonly string _first = OperatorCluster.Unique("ns");
    private readonly string _second = OperatorCluster.Unique("ns");
    private readonly string _left = OperatorCluster.Unique("ns");
    private readonly string _node = OperatorCluster.Unique("node");
    private readonly string _name = OperatorCluster.Unique("order");

    public static TheoryData<int> Seeds => [.. Enumerable.Range(1, 8)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Events_InWhateverOrder_LeadToWhatTheFinalStateAsksFor(int seed)
    {
        var random = new Random(seed);
        Queue<Func<Task>>[] histories =
        [
            new([() => CreateAsync(_first, (TestLabel, Mine)), () => LabelAsync(_first, "team", "red")]),
            new([() => CreateAsync(_second), () => LabelAsync(_second, "team", "blue"), () => LabelAsync(_second, TestLabel, Mine)]),
            new([() => CreateAsync(_left, (TestLabel, Mine), ("team", "red")), () => LabelAsync(_left, TestLabel, null)]),
            new([NodeAsync, () => AddressAsync("192.0.2.1"), () => AddressAsync("192.0.2.2")]),
            new([CreatePolicyAsync, () => PortAsync(70_000), () => PortAsync(81)]),
            new([CreateProfileAsync, () => EnforceAsync("Audit"), () => EnforceAsync("Enforce")]),
            new([CreateGoingAsync, () => DeleteAsync(Named<ClusterNetworkPolicy>($"{_name}-going"))]),
            new([.. Enumerable.Repeat(() => MeddleAsync(random), 4)]),
        ];
        while (histories.Where(history => history.Count > 0).ToList() is { Count: > 0 } open)
        {
            await open[random.Next(open.Count)].Dequeue()();
        }

        var policy = await ReadyAsync(Named<ClusterNetworkPolicy>(_name));
        var profile = await ReadyAsync(Named<DefaultDenyProfile>(_name));

        var context = new ExpansionContext
        {
            Nodes = [.. (await Client.ListAsync<V1Node>(cancellationToken: Cancel)).Items.Select(NodeFacts.From)],
        };
        foreach (var name in new[] { _first, _second })
        {
            var target = (await Client.GetAsync<V1Namespace>(name, cancellationToken: Cancel))!;
            var facts = NamespaceFacts.From(target);
            await HoldsAsync(target, PolicyExpander.Expand(policy, facts, context).Policy!);
            await HoldsAsync(target, PolicyExpander.Expand(profile, facts, context).Policy!);
            await RemovalAsync(Named<ClusterNetworkPolicy>($"{_name}-going"), target);
        }

        await RemovalAsync(policy, Named<V1Namespace>(_left));
        await RemovalAsync(profile, Named<V1Namespace>(_left));
        await DeleteAsync(policy);
        await DeleteAsync(profile);
        await DeleteAsync(Named<V1Node>(_node));
    }

    /// <summary>Waits until a namespace holds what is to be stamped: the status may have been written before the last meddling was seen.</summary>
    private Task HoldsAsync(V1Namespace target, V1NetworkPolicy desired) =>
        Eventually.TrueAsync(
            async () =>
                await Client.GetAsync<V1NetworkPolicy>(desired.Metadata.Name, target.Metadata.Name, Cancel) is { } live
                && StampedPolicyComparison.Differences(live, desired).Count == 0,
            Cancel,
            $"{target.Metadata.Name} holds {desired.Metadata.Name} as it should be"
        );

    private Task<V1Namespace> CreateAsync(string name, params (string Key, string Value)[] labels) => NamespaceNamedAsync(name, labels);

    private Task<V1Namespace> LabelAsync(string name, string key, string? value) =>
        Client.PatchAsync<V1Namespace>(
            new NamespacedName(name),
            Patch.Merge(new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { [key] = value } } }),
            cancellationToken: Cancel
        );

    private Task<V1Node> NodeAsync() =>
        Client.CreateAsync(
            new V1Node
            {
                Metadata = new() { Name = _node, Labels = Labels(("role", Mine)) },
            },
            Cancel
        );

    private Task<V1Node> AddressAsync(string address)
    {
        var addresses = new JsonArray(new JsonObject { ["type"] = "InternalIP", ["address"] = address });
        var change = new JsonObject { ["status"] = new JsonObject { ["addresses"] = addresses } };
        return Client.PatchAsync<V1Node>(new NamespacedName(_node), Patch.Merge(change), "status", Cancel);
    }

    private Task<ClusterNetworkPolicy> CreatePolicyAsync() =>
        ClusterPolicyAsync(entity =>
        {
            entity.Metadata.Name = _name;
            entity.Spec.Ingress =
            [
                new()
                {
                    FromProperty =
                    [
                        new() { Tenant = new() { Labels = ["team"] } },
                        new() { Nodes = new() { MatchLabels = Labels(("role", Mine)) } },
                    ],
                    Ports = [new() { Port = 80 }],
                },
            ];
        });

    private Task<ClusterNetworkPolicy> PortAsync(int port) =>
        ChangeAsync(Named<ClusterNetworkPolicy>(_name), now => now.Spec.Ingress![0].Ports = [new() { Port = port }]);

    private Task<DefaultDenyProfile> CreateProfileAsync() => ProfileAsync(entity => entity.Metadata.Name = _name);

    private Task<DefaultDenyProfile> EnforceAsync(string enforcement) =>
        ChangeAsync(Named<DefaultDenyProfile>(_name), now => now.Spec.Enforcement = enforcement);

    private Task<ClusterNetworkPolicy> CreateGoingAsync() => ClusterPolicyAsync(entity => entity.Metadata.Name = $"{_name}-going");

    /// <summary>Deletes, or opens, one of the stamped NetworkPolicies.</summary>
    private async Task MeddleAsync(Random random)
    {
        var ours = (await Client.ListAsync<V1NetworkPolicy>(cancellationToken: Cancel)).Items.Where(entity =>
            entity.Metadata.Name.EndsWith(_name, StringComparison.Ordinal)
        );
        if (ours.OrderBy(_ => random.Next()).FirstOrDefault() is not { } victim)
        {
            return;
        }

        if (random.Next(2) == 0)
        {
            await DeleteAsync(victim);
            return;
        }

        victim.Spec!.Ingress = [new()];
        try
        {
            await Client.UpdateAsync(victim, Cancel);
        }
        catch (KubernetesException e) when (e.IsConflict || e.IsNotFound)
        {
            // The operator was faster.
        }
    }

    private static T Named<T>(string name)
        where T : class, k8s.IKubernetesObject<V1ObjectMeta>, new()
    {
        var entity = new T();
        entity.Metadata = new() { Name = name };
        return entity;
    }
}
