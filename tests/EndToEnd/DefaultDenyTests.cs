using Palisade.Testing;

namespace Palisade.EndToEnd;

public sealed class DefaultDenyTests(ClusterFixture cluster)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Namespaces_WithoutAnyPolicy_AreOpen()
    {
        await using var shop = await Shop.CreateAsync(cluster, "open", CancellationToken);

        await shop.ShouldOnlyBeOpenAsync(shop.AllFlows, CancellationToken);
    }

    [Fact]
    public async Task Profile_Applied_ClosesNamespacesAgainstEachOther()
    {
        await using var shop = await Shop.CreateAsync(cluster, "closed", CancellationToken);

        await shop.ApplyAsync(Manifests.DefaultDeny, CancellationToken);

        await shop.ShouldOnlyBeOpenAsync(shop.AllFlows.Where(InOneNamespace), CancellationToken);
    }

    [Fact]
    public async Task Profile_WithoutSameNamespace_ClosesEverythingButDns()
    {
        await using var shop = await Shop.CreateAsync(cluster, "sealed", CancellationToken);

        await shop.ApplyAsync(Manifests.DefaultDenyAll, CancellationToken);

        await shop.ShouldOnlyBeOpenAsync([], CancellationToken);
        // The shop may be closed by what its other namespaces refuse, before this one's own policy is in the kernel.
        await Eventually.TrueAsync(
            async () =>
                await shop.ProbeAsync(shop.Front, cluster.Dns.Name, Ports.Http, CancellationToken) == Lab.Probes.ProbeOutcome.Refused,
            CancellationToken
        );
        (await shop.ProbeAsync(shop.Front, cluster.Dns.Name, Ports.Dns, CancellationToken)).ShouldBe(Lab.Probes.ProbeOutcome.Open);
    }

    [Fact]
    public async Task Profile_Deleted_OpensEverythingAgain()
    {
        await using var shop = await Shop.CreateAsync(cluster, "deleted", CancellationToken);
        await shop.ApplyAsync(Manifests.DefaultDenyAll, CancellationToken);
        await shop.ShouldOnlyBeOpenAsync([], CancellationToken);

        await shop.KubectlAsync(CancellationToken, "delete", "ddp", "CASE");

        await shop.ShouldOnlyBeOpenAsync(shop.AllFlows, CancellationToken);
        (await cluster.KubectlAsync(CancellationToken, "get", "netpol", "-n", "deleted-web", "-o", "name")).ShouldBeEmpty();
    }

    [Fact]
    public async Task StampedPolicy_DeletedByHand_ComesBack()
    {
        await using var shop = await Shop.CreateAsync(cluster, "drift", CancellationToken);
        await shop.ApplyAsync(Manifests.DefaultDenyAll, CancellationToken);
        await shop.ShouldOnlyBeOpenAsync([], CancellationToken);

        await cluster.DeleteAsGarbageCollectorAsync("drift-web", "palisade-ddp-drift", CancellationToken);
        await Eventually.TrueAsync(
            async () =>
                (await cluster.TryKubectlAsync(["get", "netpol", "-n", "drift-web", "palisade-ddp-drift"], CancellationToken)).ExitCode
                == 0,
            CancellationToken
        );

        // Nothing is open before the agents see the deletion as well as after they see it undone: they have when they follow a later change.
        await shop.ApplyAsync(Manifests.Dns, CancellationToken);
        await shop.ShouldOnlyBeOpenAsync(shop.AllFlows.Where(flow => flow.Port == Ports.Dns), CancellationToken);
    }

    [Fact]
    public async Task Namespace_Relabelled_IsClosedAndOpenedAtOnce()
    {
        await using var shop = await Shop.CreateAsync(cluster, "moved", CancellationToken);
        await shop.ApplyAsync(
            Manifests.DefaultDenyAll.Replace("{case: CASE}", "{case: CASE, tier: web}", StringComparison.Ordinal),
            CancellationToken
        );
        // Only the web namespace is closed: what is left is within the data namespace.
        await shop.ShouldOnlyBeOpenAsync(shop.AllFlows.Where(flow => flow.IsWithin("moved-data")), CancellationToken);

        await shop.KubectlAsync(CancellationToken, "label", "namespace", "CASE-data", "tier=web", "--overwrite");
        await shop.ShouldOnlyBeOpenAsync([], CancellationToken);

        await shop.KubectlAsync(CancellationToken, "label", "namespace", "CASE-web", "tier=free", "--overwrite");
        await shop.ShouldOnlyBeOpenAsync(shop.AllFlows.Where(flow => flow.IsWithin("moved-web")), CancellationToken);
    }

    private static bool InOneNamespace(Flow flow) =>
        string.Equals(flow.Source.Split('/')[0], flow.Destination.Split('/')[0], StringComparison.Ordinal);
}
