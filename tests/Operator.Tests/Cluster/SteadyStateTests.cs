using System.Text.Json.Nodes;
using k8s;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;
using Palisade.Testing;

namespace Palisade.Operator.Tests.Cluster;

/// <summary>Nothing is asked of the API server where there is nothing to do. The API server says what it was asked; nobody else uses it.</summary>
public sealed class SteadyStateTests(OperatorCluster cluster) : OperatorTest(cluster), IClassFixture<OperatorCluster>
{
    [Fact]
    public async Task Steady_LeaseIsRenewed_NothingElseIsAsked()
    {
        await NamespaceAsync();
        await using var running = await RunningOperator.StartAsync(Cluster.AsOperator, leaderElect: true, Cancel);
        await ReadyAsync(await ClusterPolicyAsync(AllowNodes));
        await ReadyAsync(await ProfileAsync());
        var steady = Cluster.Requests.Length;

        await Eventually.TrueAsync(() => Cluster.Requests.RenewalsSince(steady) >= 3, Cancel);

        Cluster.Requests.Since(steady).ShouldBeEmpty();
    }

    [Fact]
    public async Task Change_ConcernsNothingThatIsStamped_AsksNothing()
    {
        var (target, repaired) = (await NamespaceAsync(), await NamespaceAsync());
        var node = await NodeAsync(Mine, "192.0.2.1");
        var policy = await ClusterPolicyAsync(AllowNodes);
        var witness = await ClusterPolicyAsync(entity =>
        {
            entity.Spec.NamespaceSelector = new() { MatchLabels = Labels(("witness", Mine)) };
            AllowNodes(entity, $"{Mine}-witness");
        });
        await using var running = await RunningOperator.LeadingAsync(Cluster.AsOperator, Cancel);
        await ReadyAsync(policy);
        await ReadyAsync(witness);
        var before = Cluster.Requests.Length;

        var stamped = (await StampedAsync(policy, target))!;
        await AnnotateAsync(policy);
        await AnnotateAsync(target);
        await AnnotateAsync(stamped);
        await AnnotateAsync(node);
        var heartbeat = new JsonObject { ["type"] = "Ready", ["status"] = "True" };
        await PatchAsync(node, new() { ["status"] = new JsonObject { ["conditions"] = new JsonArray(heartbeat) } }, "status");
        await DeleteAsync(await ForeignAsync(target));

        // A change of each kind that concerns the other one: when it was acted on, all that came before has arrived.
        await WitnessAsync(witness);
        await RepairAsync(policy, repaired);
        Cluster
            .Requests.Since(before)
            .Where(request => !request.EndsWith(witness.Metadata.Name, StringComparison.Ordinal))
            .ShouldBe([Stamp(policy, repaired)]);
    }

    [Fact]
    public async Task Spec_ChangeThatStampsTheSame_WritesTheStatusOnceAndNothingElse()
    {
        var repaired = await NamespaceAsync();
        await NamespaceAsync();
        var policy = await ClusterPolicyAsync();
        await using var running = await RunningOperator.LeadingAsync(Cluster.AsOperator, Cancel);
        await ReadyAsync(policy);
        var before = Cluster.Requests.Length;

        await ChangeAsync(policy, now => now.Spec.ExcludedNamespaces = ["nowhere"]);

        await ReadyAsync(policy);
        await RepairAsync(policy, repaired);
        Cluster.Requests.Since(before).ShouldBe([$"update clusternetworkpolicies/status {policy.Metadata.Name}", Stamp(policy, repaired)]);
    }

    [Fact]
    public async Task Restart_NothingChanged_WritesNothing()
    {
        var repaired = await NamespaceAsync();
        await NamespaceAsync();
        ClusterNetworkPolicy policy;
        DefaultDenyProfile profile;
        await using (await RunningOperator.LeadingAsync(Cluster.AsOperator, Cancel))
        {
            policy = await ReadyAsync(await ClusterPolicyAsync());
            profile = await ReadyAsync(await ProfileAsync());
        }

        var before = Cluster.Requests.Length;
        await using (await RunningOperator.LeadingAsync(Cluster.AsOperator, Cancel))
        {
            await RepairAsync(policy, repaired);
            await RepairAsync(profile, repaired);
        }

        Cluster.Requests.WritesSince(before).ShouldBe([Stamp(policy, repaired), Stamp(profile, repaired)]);
    }

    private void AllowNodes(ClusterNetworkPolicy policy) => AllowNodes(policy, Mine);

    private static void AllowNodes(ClusterNetworkPolicy policy, string role) =>
        policy.Spec.Ingress = [new() { FromProperty = [new() { Nodes = new() { MatchLabels = Labels(("role", role)) } }] }];

    /// <summary>How the log shows that a custom resource was stamped into a namespace.</summary>
    private static string Stamp(IKubernetesObject<V1ObjectMeta> source, V1Namespace target) =>
        $"patch networkpolicies {target.Metadata.Name}/{NameOf(source)}";

    /// <summary>Takes away what is stamped, and waits until it is back: then the custom resource was looked at after all that came before.</summary>
    private async Task RepairAsync(IKubernetesObject<V1ObjectMeta> source, V1Namespace target)
    {
        var stamped = (await StampedAsync(source, target))!;
        await DeleteAsync(stamped);
        await StampedAsync(source, target, now => now.Metadata.Uid != stamped.Metadata.Uid);
    }

    /// <summary>A new namespace, a new node, another spec, a deleted NetworkPolicy: waits for each that it is acted on.</summary>
    private async Task WitnessAsync(ClusterNetworkPolicy witness)
    {
        var target = await NamespaceNamedAsync(OperatorCluster.Unique("ns"), ("witness", Mine));
        await ArrivalAsync(witness, target);
        await NodeAsync($"{Mine}-witness", "192.0.2.2");
        await StampedAsync(witness, target, now => now.Spec!.Ingress is { Count: 1 });
        await ChangeAsync(witness, now => now.Spec.PolicyTypes = ["Ingress", "Egress"]);
        await StampedAsync(witness, target, now => now.Spec!.PolicyTypes!.Count == 2);
        await RepairAsync(witness, target);
    }

    private async Task<V1Node> NodeAsync(string role, string address)
    {
        var node = await Client.CreateAsync(
            new V1Node
            {
                Metadata = new() { Name = OperatorCluster.Unique("node"), Labels = Labels(("role", role)) },
            },
            Cancel
        );
        var addresses = new JsonArray(new JsonObject { ["type"] = "InternalIP", ["address"] = address });
        return await PatchAsync(node, new() { ["status"] = new JsonObject { ["addresses"] = addresses } }, "status");
    }

    /// <summary>Somebody else's annotation and label.</summary>
    private Task<T> AnnotateAsync<T>(T entity)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var note = new JsonObject { ["note"] = "x" };
        return PatchAsync(
            entity,
            new()
            {
                ["metadata"] = new JsonObject { ["annotations"] = note, ["labels"] = note.DeepClone() },
            }
        );
    }

    private Task<T> PatchAsync<T>(T entity, JsonObject change, string? subresource = null)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        Client.PatchAsync<T>(NamespacedName.From(entity), Patch.Merge(change), subresource, Cancel);

    private Task<V1NetworkPolicy> ForeignAsync(V1Namespace target) =>
        Client.CreateAsync(
            new V1NetworkPolicy
            {
                Metadata = new() { Name = "foreign", NamespaceProperty = target.Metadata.Name },
                Spec = new() { PodSelector = new() },
            },
            Cancel
        );
}
