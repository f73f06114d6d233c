using Palisade.Testing;

namespace Palisade.Operator.Tests.Cluster;

/// <summary>Two replicas: one writes, and when it goes the other does.</summary>
[Collection<BareCollection>]
public sealed class FailoverTests(OperatorCluster cluster) : OperatorTest(cluster), IAsyncLifetime
{
    private readonly List<OperatorProgram> _replicas = [];
    private string _leaseNamespace = "";

    /// <inheritdoc/>
    public async ValueTask InitializeAsync() =>
        _leaseNamespace = (await NamespaceNamedAsync(OperatorCluster.Unique("lease"))).Metadata.Name;

    [Fact]
    public async Task Leader_IsKilled_AnotherWorksWithin15Seconds()
    {
        var (policy, target) = await StampAsync();
        var (leader, other) = await TwoAsync();

        var began = TimeProvider.System.GetTimestamp();
        await leader.KillAsync(Cancel);
        await WorksAsync(other, policy, target);

        // A promise of the product, not of this machine's speed.
        TimeProvider.System.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(15));
        (await HolderAsync()).ShouldStartWith(other.Name);
    }

    [Fact]
    public async Task Leader_IsTerminated_AnotherWorksWithin2Seconds()
    {
        var (policy, target) = await StampAsync();
        var (leader, other) = await TwoAsync();

        var began = TimeProvider.System.GetTimestamp();
        await leader.TerminateAsync(Cancel);
        await WorksAsync(other, policy, target);

        TimeProvider.System.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(2));
        (await HolderAsync()).ShouldStartWith(other.Name);
        (await leader.EndAsync(Cancel)).ShouldBe(0);
    }

    [Fact]
    public async Task Replica_DoesNotLead_OnlyReads()
    {
        var (policy, target) = await StampAsync();
        var (_, other) = await TwoAsync();

        // Whatever a leader writes for: drift, a custom resource that comes, is wrong, and goes.
        await DeleteAsync(await ArrivalAsync(policy, target));
        var second = await ReadyAsync(await ClusterPolicyAsync());
        await ChangeAsync(second, now => now.Spec.Ingress = [new() { FromProperty = [new() { IpBlock = new() { Cidr = "0.0.0.0/33" } }] }]);
        await NotReadyAsync(second, "InvalidSpec");
        await DeleteAsync(second);
        await RemovalAsync(second, target);

        var requests = await other.SeriesAsync("palisade_kubernetes_request_duration_seconds_count", Cancel);
        requests.ShouldNotBeEmpty();
        requests.ShouldAllBe(one =>
            one.Labels.Contains("verb=\"list\"") || one.Labels.Contains("verb=\"watch\"") || one.Labels.Contains("verb=\"get\"")
        );
    }

    [Fact]
    public async Task Lease_TakenInTheMiddleOfWrites_EndsThem()
    {
        var (policy, target) = await StampAsync();
        var leader = OperatorProgram.Start(Cluster.KubeConfig, _leaseNamespace);
        _replicas.Add(leader);
        await Eventually.TrueAsync(() => leader.LeadsAsync(Cancel), Cancel);

        await TakeLeaseAsync("thief");
        // Work for it all the time, until it has noticed.
        await Eventually.TrueAsync(
            async () =>
            {
                if (await StampedAsync(policy, target) is { } stamped)
                {
                    await DeleteAsync(stamped);
                }

                return !await leader.LeadsAsync(Cancel);
            },
            Cancel
        );
        var writes = await WritesAsync(leader);
        var later = await NamespaceAsync();
        if (await StampedAsync(policy, target) is { } last)
        {
            await DeleteAsync(last);
        }

        var namespaces = (await Client.ListAsync<V1Namespace>(cancellationToken: Cancel)).Items.Count;
        await Eventually.TrueAsync(async () => await SeenAsync(leader, "Namespace") == namespaces, Cancel);

        (await WritesAsync(leader)).ShouldBe(writes);
        (await StampedAsync(policy, later)).ShouldBeNull();
        await TakeLeaseAsync(holder: "");
        await ArrivalAsync(policy, later);
        await ArrivalAsync(policy, target);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var replica in _replicas)
        {
            await replica.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    private async Task<(ClusterNetworkPolicy Policy, V1Namespace Target)> StampAsync() =>
        (await ClusterPolicyAsync(), await NamespaceAsync());

    /// <summary>Two replicas, the first of which leads.</summary>
    private async Task<(OperatorProgram Leader, OperatorProgram Other)> TwoAsync()
    {
        var leader = OperatorProgram.Start(Cluster.KubeConfig, _leaseNamespace);
        _replicas.Add(leader);
        await Eventually.TrueAsync(() => leader.LeadsAsync(Cancel), Cancel);
        var other = OperatorProgram.Start(Cluster.KubeConfig, _leaseNamespace);
        _replicas.Add(other);
        await other.ReadyAsync(Cancel);
        return (leader, other);
    }

    /// <summary>Waits until a replica leads and has repaired something.</summary>
    private async Task WorksAsync(OperatorProgram replica, ClusterNetworkPolicy policy, V1Namespace target)
    {
        await Eventually.TrueAsync(() => replica.LeadsAsync(Cancel), Cancel);
        await DeleteAsync(await ArrivalAsync(policy, target));
        await ArrivalAsync(policy, target);
    }

    private async Task<string> HolderAsync() => (await LeaseAsync()).Spec!.HolderIdentity!;

    private async Task<V1Lease> LeaseAsync() => (await Client.GetAsync<V1Lease>("palisade-operator", _leaseNamespace, Cancel))!;

    private async Task TakeLeaseAsync(string holder) => await ChangeAsync(await LeaseAsync(), now => now.Spec!.HolderIdentity = holder);

    private static async Task<double> WritesAsync(OperatorProgram program) =>
        (await program.SeriesAsync("palisade_operator_writes_total", Cancel)).Sum(one => one.Value);

    private static async Task<double> SeenAsync(OperatorProgram program, string kind) =>
        (await program.SeriesAsync("palisade_informer_objects", Cancel)).Single(one => one.Labels.Contains($"kind=\"{kind}\"")).Value;
}
