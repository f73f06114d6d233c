using Palisade.Lab.Probes;
using Palisade.Testing;

namespace Palisade.EndToEnd;

public sealed class ClusterNetworkPolicyTests(ClusterFixture cluster)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Policy_OnClosedNamespaces_OpensExactlyWhatItNames()
    {
        await using var shop = await ClosedShopAsync("named");

        await shop.ApplyAsync(Manifests.FrontToDatabase, CancellationToken);

        await shop.ShouldOnlyBeOpenAsync([new Flow(shop.Front, shop.Database, Ports.Sql)], CancellationToken);
    }

    [Fact]
    public async Task Policy_AcrossNodesByUdp_OpensExactlyWhatItNames()
    {
        await using var shop = await ClosedShopAsync("udp");

        await shop.ApplyAsync(Manifests.Dns, CancellationToken);

        await shop.ShouldOnlyBeOpenAsync(shop.AllFlows.Where(flow => flow.Port == Ports.Dns), CancellationToken);
    }

    [Fact]
    public async Task Policy_WithIpBlockAndExcept_LetsInTheBlockLessTheException()
    {
        await using var shop = await ClosedShopAsync("block");
        var (good, excepted) = (cluster.Lab.Outside.Addresses[0], cluster.Lab.Outside.Addresses[1]);

        await shop.ApplyAsync(
            $$$"""
            apiVersion: palisade.dev/v1alpha1
            kind: ClusterNetworkPolicy
            metadata: {name: CASE-block, labels: {case: CASE}}
            spec:
              namespaceSelector: {matchLabels: {case: CASE}}
              policyTypes: [Egress]
              egress:
              - to: [{ipBlock: {cidr: 203.0.113.0/24, except: ["{{{excepted}}}/32"]}}]
                ports: [{port: 8080}]
            """,
            CancellationToken
        );

        await using var server = ProbeServer.Start(cluster.Lab.Outside, [(Ports.Http, ProbeProtocol.Tcp), (Ports.Sql, ProbeProtocol.Tcp)]);
        await shop.ShouldBecomeAsync(ProbeOutcome.Open, shop.Front, good, Ports.Http, CancellationToken);
        await shop.ShouldBecomeAsync(ProbeOutcome.Refused, shop.Front, excepted, Ports.Http, CancellationToken);
        await shop.ShouldBecomeAsync(ProbeOutcome.Refused, shop.Front, good, Ports.Sql, CancellationToken);
    }

    [Fact]
    public async Task Pod_Relabelled_GainsAndLosesAccess()
    {
        await using var shop = await ClosedShopAsync("relabel");
        await shop.ApplyAsync(Manifests.FrontToDatabase, CancellationToken);
        await shop.ShouldOnlyBeOpenAsync([new Flow(shop.Front, shop.Database, Ports.Sql)], CancellationToken);

        await shop.KubectlAsync(CancellationToken, "label", "pod", "-n", "CASE-web", "worker", "app=front", "--overwrite");
        await shop.ShouldOnlyBeOpenAsync(
            [new Flow(shop.Front, shop.Database, Ports.Sql), new Flow(shop.Worker, shop.Database, Ports.Sql)],
            CancellationToken
        );

        await shop.KubectlAsync(CancellationToken, "label", "pod", "-n", "CASE-web", "front", "app=retired", "--overwrite");
        await shop.ShouldOnlyBeOpenAsync([new Flow(shop.Worker, shop.Database, Ports.Sql)], CancellationToken);
    }

    [Fact]
    public async Task Policy_ChangedAndDeleted_IsFollowed()
    {
        await using var shop = await ClosedShopAsync("changed");
        await shop.ApplyAsync(Manifests.FrontToDatabase, CancellationToken);
        await shop.ShouldOnlyBeOpenAsync([new Flow(shop.Front, shop.Database, Ports.Sql)], CancellationToken);

        await shop.ApplyAsync(
            Manifests
                .FrontToDatabase.Replace("port: sql", "port: http", StringComparison.Ordinal)
                .Replace("5432", "8080", StringComparison.Ordinal),
            CancellationToken
        );
        await shop.ShouldOnlyBeOpenAsync([new Flow(shop.Front, shop.Database, Ports.Http)], CancellationToken);

        await shop.KubectlAsync(CancellationToken, "delete", "cnetpol", "CASE-database");
        await shop.ShouldOnlyBeOpenAsync([], CancellationToken);
    }

    [Fact]
    public async Task Policies_Applied_SayThatTheyAreReady()
    {
        await using var shop = await ClosedShopAsync("ready");

        // The status follows what is enforced, at most once a second.
        await Eventually.TrueAsync(
            async () =>
            {
                var columns = await cluster.KubectlAsync(CancellationToken, "get", "ddp", "ready", "--no-headers");
                return columns.Split(' ', StringSplitOptions.RemoveEmptyEntries)[..4] is ["ready", "True", "2", "2"];
            },
            CancellationToken
        );
    }

    private async Task<Shop> ClosedShopAsync(string name)
    {
        var shop = await Shop.CreateAsync(cluster, name, CancellationToken);
        await shop.ApplyAsync(Manifests.DefaultDenyAll, CancellationToken);
        await shop.ShouldOnlyBeOpenAsync([], CancellationToken);
        return shop;
    }
}
