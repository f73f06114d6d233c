using Palisade.Kubernetes.Client;
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
    public async Task Leader_IsKilled_AnotherWorks()
    {
        var (policy, target) = await StampAsync();
        var (leader, other) = await TwoAsync();

        await leader.KillAsync(Cancel);
        // 15 seconds are promised: these, two looks at the Lease of a second each, and the work.
        (await LeaseAsync()).Spec!.LeaseDurationSeconds.ShouldBe(11);
        await WorksAsync(other, policy, target);

        (await HolderAsync()).ShouldStartWith(other.Name);
    }

    [Fact]
    public async Task Leader_IsTerminated_GivesTheLeaseUpAndAnotherWorks()
    {
        var (policy, target) = await StampAsync();
        var (leader, other) = await TwoAsync();

        var before = (await LeaseAsync()).Metadata.ResourceVersion;
        await leader.TerminateAsync(Cancel);
        await WorksAsync(other, policy, target);

        // Given up rather than run out: that is what makes it a matter of a second, the time between two looks at it.
        (await HoldersSinceAsync(before)).ShouldContain("");
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

                return await leader.WaitsAsync(Cancel);
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

    /// <summary>Who held the Lease since a version of it; the empty name for nobody.</summary>
    private async Task<IReadOnlySet<string>> HoldersSinceAsync(string? version)
    {
        var now = await LeaseAsync();
        var holders = new HashSet<string>(StringComparer.Ordinal);
        var all = new ListOptions { Namespace = _leaseNamespace };
        await foreach (var change in Client.WatchAsync<V1Lease>(all, new WatchOptions { ResourceVersion = version! }, Cancel))
        {
            if (change.Object is { Spec: { } spec })
            {
                holders.Add(spec.HolderIdentity ?? "");
            }

            if (change.Object!.Metadata.ResourceVersion == now.Metadata.ResourceVersion)
            {
                break;
            }
        }

        return holders;
    }

    private async Task<string> HolderAsync() => (await LeaseAsync()).Spec!.HolderIdentity!;

    private async Task<V1Lease> LeaseAsync() => (await Client.GetAsync<V1Lease>("palisade-operator", _leaseNamespace, Cancel))!;

    /// <summary>Takes the Lease, for so long that nobody takes it over before the test gives it up.</summary>
    private async Task TakeLeaseAsync(string holder) =>
        await ChangeAsync(await LeaseAsync(), now => (now.Spec!.HolderIdentity, now.Spec.LeaseDurationSeconds) = (holder, 3600));

    private static async Task<double> WritesAsync(OperatorProgram program) =>
        (await program.SeriesAsync("palisade_operator_writes_total", Cancel)).Sum(one => one.Value);

    private static async Task<double> SeenAsync(OperatorProgram program, string kind) =>
        (await program.SeriesAsync("palisade_informer_objects", Cancel)).Single(one => one.Labels.Contains($"kind=\"{kind}\"")).Value;
}
