using k8s;
using Palisade.Kubernetes;
using Palisade.Testing;

namespace Palisade.Operator.Tests.Cluster;

/// <summary>With kube-controller-manager at work, which removes what has no owner any more, and empties namespaces.</summary>
public sealed class GarbageCollectionTests(GarbageCollectionTests.CollectedCluster cluster)
    : OperatorTest(cluster),
        IClassFixture<GarbageCollectionTests.CollectedCluster>
{
    [Fact]
    public async Task CustomResource_DeletedWhileNoOperatorRuns_IsCollected()
    {
        var target = await NamespaceAsync();
        ClusterNetworkPolicy policy;
        await using (await RunningOperator.LeadingAsync(Cluster.AsOperator, Cancel))
        {
            policy = await ReadyAsync(await ClusterPolicyAsync());
        }

        await DeleteAsync(policy);

        await RemovalAsync(policy, target);
    }

    [Fact]
    public async Task CustomResource_DeletedInForeground_GoesWithEverythingItStamped()
    {
        var target = await NamespaceAsync();
        await using var running = await RunningOperator.LeadingAsync(Cluster.AsOperator, Cancel);
        var policy = await ReadyAsync(await ClusterPolicyAsync());

        await Client.DeleteAsync<ClusterNetworkPolicy>(
            NamespacedName.From(policy),
            new V1DeleteOptions { PropagationPolicy = "Foreground" },
            Cancel
        );

        await RemovalAsync(policy, target);
        await GoneAsync(policy);
    }

    [Fact]
    public async Task CustomResource_DeletedWithOrphans_LeavesThem_AndANewOneTakesThemOver()
    {
        var target = await NamespaceAsync();
        await using var running = await RunningOperator.LeadingAsync(Cluster.AsOperator, Cancel);
        var policy = await ReadyAsync(await ClusterPolicyAsync());
        var stamped = (await StampedAsync(policy, target))!;

        await Client.DeleteAsync<ClusterNetworkPolicy>(
            NamespacedName.From(policy),
            new V1DeleteOptions { PropagationPolicy = "Orphan" },
            Cancel
        );
        await StampedAsync(policy, target, now => now.Metadata.OwnerReferences is null or { Count: 0 });

        await GoneAsync(policy);
        var again = await ReadyAsync(await ClusterPolicyAsync(entity => entity.Metadata.Name = policy.Metadata.Name));
        var taken = (await StampedAsync(again, target))!;
        taken.Metadata.Uid.ShouldBe(stamped.Metadata.Uid);
        taken.Metadata.OwnerReferences!.ShouldHaveSingleItem().Uid.ShouldBe(again.Metadata.Uid);
    }

    [Fact]
    public async Task Namespace_Deleted_GoesWithoutResistance()
    {
        var target = await NamespaceAsync();
        await using var running = await RunningOperator.LeadingAsync(Cluster.AsOperator, Cancel);
        var policy = await ReadyAsync(await ClusterPolicyAsync());

        await DeleteAsync(target);

        await GoneAsync(target);
        await StatusAsync(policy, status => status.Namespaces!.Matched == 0 && Condition(status, "Ready").Status == "True");
    }

    private Task GoneAsync<T>(T entity)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        Eventually.TrueAsync(async () => await Client.GetAsync<T>(entity.Metadata.Name, cancellationToken: Cancel) is null, Cancel);

    /// <summary>A cluster with kube-controller-manager, which knows the custom resources.</summary>
    public sealed class CollectedCluster() : OperatorCluster(new OperatorApiServer("--controller-manager"))
    {
        /// <inheritdoc/>
        public override async ValueTask InitializeAsync()
        {
            await base.InitializeAsync();
            // It looks for new kinds every 30 seconds; the first deletion in the foreground that ends shows that it has.
            var probe = new ClusterNetworkPolicy
            {
                Metadata = new() { Name = "probe" },
                Spec = { NamespaceSelector = new() },
            };
            await Client.CreateAsync(probe);
            await Client.DeleteAsync<ClusterNetworkPolicy>(
                new NamespacedName("probe"),
                new V1DeleteOptions { PropagationPolicy = "Foreground" }
            );
            await KubectlAsync(CancellationToken.None, "wait", "--for=delete", "clusternetworkpolicy.palisade.dev/probe", "--timeout=300s");
        }
    }
}
