using Palisade.Testing;

namespace Palisade.Operator.Tests.Cluster;

/// <summary>What happens while no operator runs is made up for.</summary>
[Collection<BareCollection>]
public sealed class RestartTests(OperatorCluster cluster) : OperatorTest(cluster)
{
    [Fact]
    public async Task Down_CustomResourceDeleted_IsRemovedAtTheNextStart()
    {
        var target = await NamespaceAsync();
        ClusterNetworkPolicy policy;
        await using (await RunningOperator.LeadingAsync(Cluster.AsOperator, Cancel))
        {
            policy = await ReadyAsync(await ClusterPolicyAsync());
        }

        await DeleteAsync(policy);
        (await StampedAsync(policy, target)).ShouldNotBeNull();
        await using (await RunningOperator.LeadingAsync(Cluster.AsOperator, Cancel))
        {
            await RemovalAsync(policy, target);
        }
    }

    [Fact]
    public async Task Down_CustomResourceDeletedAndCreatedAnew_IsTakenOver()
    {
        var target = await NamespaceAsync();
        ClusterNetworkPolicy first;
        await using (await RunningOperator.LeadingAsync(Cluster.AsOperator, Cancel))
        {
            first = await ReadyAsync(await ClusterPolicyAsync());
        }

        var stamped = await StampedAsync(first, target);
        await DeleteAsync(first);
        var second = await ClusterPolicyAsync(entity => entity.Metadata.Name = first.Metadata.Name);
        await using (await RunningOperator.LeadingAsync(Cluster.AsOperator, Cancel))
        {
            await ReadyAsync(second);
        }

        var taken = (await StampedAsync(second, target))!;
        taken.Metadata.OwnerReferences!.Single().Uid.ShouldBe(second.Metadata.Uid);
        taken.Metadata.Uid.ShouldBe(stamped!.Metadata.Uid, "it was changed in its place, so that it was there all the time");
    }

    [Fact]
    public async Task Leader_Stops_AnotherTakesOver()
    {
        var target = await NamespaceAsync();
        var first = await RunningOperator.StartAsync(Cluster.AsOperator, leaderElect: true, Cancel);
        await Eventually.TrueAsync(() => first.Leads, Cancel);
        await using var second = await RunningOperator.StartAsync(Cluster.AsOperator, leaderElect: true, Cancel);
        var policy = await ReadyAsync(await ClusterPolicyAsync());
        second.Leads.ShouldBeFalse();

        await first.DisposeAsync();

        await Eventually.TrueAsync(() => second.Leads, Cancel);
        await DeleteAsync((await StampedAsync(policy, target))!);
        await ArrivalAsync(policy, target);
    }

    [Fact]
    public async Task Endpoints_Leading_AnswerHealthReadinessAndMetrics()
    {
        await using var running = await RunningOperator.LeadingAsync(Cluster.AsOperator, Cancel);
        await NamespaceAsync();
        await ReadyAsync(await ClusterPolicyAsync());
        using var http = new HttpClient { BaseAddress = running.Address };

        (await http.GetStringAsync("/healthz", Cancel)).ShouldContain("ok");
        (await http.GetStringAsync("/readyz", Cancel)).ShouldContain("ok");
        var metrics = await http.GetStringAsync("/metrics", Cancel);
        metrics.ShouldContain("palisade_operator_leader 1");
        foreach (
            var series in (string[])
                [
                    "palisade_reconcile_duration_seconds_count{",
                    "palisade_workqueue_depth{",
                    "palisade_workqueue_latency_seconds_count{",
                    "palisade_operator_writes_total{",
                    "palisade_operator_namespaces{",
                    "palisade_informer_objects{",
                ]
        )
        {
            metrics.ShouldContain($"\n{series}");
        }
    }
}
