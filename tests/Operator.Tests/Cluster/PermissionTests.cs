using Palisade.Testing;

namespace Palisade.Operator.Tests.Cluster;

/// <summary>An operator that may not do all that it would.</summary>
[Collection<BareCollection>]
public sealed class PermissionTests(OperatorCluster cluster) : OperatorTest(cluster)
{
    [Fact]
    public async Task Namespace_RoleRefusesTheWrite_IsCountedAndTheOthersGoOn_AndHealsByItself()
    {
        var (refused, free) = (await NamespaceAsync(), await NamespaceAsync());
        await AllowToReadAsync();
        await AllowToReadNodesAsync();
        await AllowToWriteAsync(free);
        await using var running = await RunningOperator.LeadingAsync(Cluster.AsAdmin with { ImpersonateUser = Mine }, Cancel);
        var policy = await ClusterPolicyAsync();

        var status = StatusOf(await NotReadyAsync(policy, "Forbidden"))!;

        (status.Namespaces!.Matched, status.Namespaces.UpToDate, status.Namespaces.Failed).ShouldBe((2, 1, 1));
        var failure = status.Failures!.ShouldHaveSingleItem();
        (failure.Namespace, failure.Reason).ShouldBe((refused.Metadata.Name, "Forbidden"));
        (await StampedAsync(policy, free)).ShouldNotBeNull();
        (await StampedAsync(policy, refused)).ShouldBeNull();

        await AllowToWriteAsync(refused);
        await ReadyAsync(policy);
        (await StampedAsync(policy, refused)).ShouldNotBeNull();
        await DeleteAsync(policy);
        await RemovalAsync(policy, free);
    }

    [Fact]
    public async Task Replica_CannotReadAll_LeavesTheLeaseToOthers_AndHealsByItself()
    {
        await AllowToReadAsync();
        await RoleAsync("lease", "get,create,update", "leases.coordination.k8s.io");
        await using var running = await RunningOperator.StartAsync(
            Cluster.AsAdmin with
            {
                ImpersonateUser = Mine,
            },
            leaderElect: true,
            Cancel
        );
        using var http = new HttpClient { BaseAddress = running.Address };
        await Eventually.TrueAsync(
            async () => (await MissingAsync(http)) is [var only] && only.Contains("Node", StringComparison.Ordinal),
            Cancel
        );

        running.Leads.ShouldBeFalse();
        (await Client.GetAsync<V1Lease>("palisade-operator", "palisade-system", Cancel))?.Spec?.HolderIdentity.ShouldBeNullOrEmpty();

        await AllowToReadNodesAsync();
        await Eventually.TrueAsync(() => running.Leads, Cancel);
    }

    private static async Task<string[]> MissingAsync(HttpClient http)
    {
        using var answer = await http.GetAsync("/readyz", Cancel);
        return
        [
            .. (await answer.Content.ReadAsStringAsync(Cancel)).Split('\n').Where(line => line.StartsWith("[-]", StringComparison.Ordinal)),
        ];
    }

    /// <summary>All that the operator may, except to read nodes and to write NetworkPolicies.</summary>
    private async Task AllowToReadAsync()
    {
        await RoleAsync("sources", "get,list,watch", "clusternetworkpolicies.palisade.dev,defaultdenyprofiles.palisade.dev");
        await RoleAsync("statuses", "update", "clusternetworkpolicies.palisade.dev/status,defaultdenyprofiles.palisade.dev/status");
        await RoleAsync(
            "cluster",
            "get,list,watch",
            "networkpolicies.networking.k8s.io,namespaces,services,endpoints,endpointslices.discovery.k8s.io"
        );
        await RoleAsync("events", "create,patch", "events.events.k8s.io");
    }

    private Task AllowToReadNodesAsync() => RoleAsync("nodes", "list,watch", "nodes");

    private async Task RoleAsync(string name, string verbs, string resources)
    {
        await Cluster.KubectlAsync(Cancel, "create", "clusterrole", $"{Mine}-{name}", $"--verb={verbs}", $"--resource={resources}");
        await Cluster.KubectlAsync(
            Cancel,
            "create",
            "clusterrolebinding",
            $"{Mine}-{name}",
            $"--clusterrole={Mine}-{name}",
            $"--user={Mine}"
        );
    }

    private Task<string> AllowToWriteAsync(V1Namespace target) =>
        Cluster.KubectlAsync(
            Cancel,
            "-n",
            target.Metadata.Name,
            "create",
            "rolebinding",
            "writer",
            "--clusterrole=palisade-operator",
            $"--user={Mine}"
        );
}
