namespace Palisade.Operator.Tests.Cluster;

/// <summary>An operator that may write in one namespace and not in another.</summary>
[Collection<BareCollection>]
public sealed class PermissionTests(OperatorCluster cluster) : OperatorTest(cluster)
{
    [Fact]
    public async Task Namespace_RoleRefusesTheWrite_IsCountedAndTheOthersGoOn_AndHealsByItself()
    {
        var (refused, free) = (await NamespaceAsync(), await NamespaceAsync());
        await AllowToReadAsync();
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

    /// <summary>All that the operator may, except to write NetworkPolicies.</summary>
    private async Task AllowToReadAsync()
    {
        await RoleAsync("sources", "get,list,watch", "clusternetworkpolicies.palisade.dev,defaultdenyprofiles.palisade.dev");
        await RoleAsync("statuses", "update", "clusternetworkpolicies.palisade.dev/status,defaultdenyprofiles.palisade.dev/status");
        await RoleAsync("cluster", "get,list,watch", "networkpolicies.networking.k8s.io,namespaces,nodes,services,endpoints");
        await RoleAsync("events", "create,patch", "events.events.k8s.io");
    }

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
