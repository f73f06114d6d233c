using Palisade.Lab.Probes;

namespace Palisade.EndToEnd;

public sealed class AgentRestartTests(ClusterFixture cluster)
{
    private static CancellationToken CancellationToken => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Agent_KilledAndRestarted_LetsNothingThroughAndKeepsWhatIsAllowed()
    {
        await using var shop = await Shop.CreateAsync(cluster, "restart", CancellationToken);
        await shop.ApplyAsync(Manifests.DefaultDenyAll, CancellationToken);
        await shop.ApplyAsync(Manifests.FrontToDatabase, CancellationToken);
        await shop.ShouldOnlyBeOpenAsync([new Flow(shop.Front, shop.Database, Ports.Sql)], CancellationToken);
        using var established = await shop.ConnectAsync(shop.Front, shop.Database, Ports.Sql, CancellationToken);
        using var watching = CancellationTokenSource.CreateLinkedTokenSource(CancellationToken);
        var leaks = WatchForLeaksAsync(shop, watching.Token);

        foreach (var node in cluster.NodeNames)
        {
            await cluster.KillAgentAsync(node, CancellationToken);
        }

        await shop.ShouldOnlyBeOpenAsync([new Flow(shop.Front, shop.Database, Ports.Sql)], CancellationToken);
        foreach (var node in cluster.NodeNames)
        {
            cluster.StartAgent(node);
        }

        // The agents are back when they follow a change.
        await shop.KubectlAsync(CancellationToken, "delete", "cnetpol", "CASE-database");
        await shop.ShouldOnlyBeOpenAsync([], CancellationToken);
        await shop.ApplyAsync(Manifests.FrontToDatabase, CancellationToken);
        await shop.ShouldOnlyBeOpenAsync([new Flow(shop.Front, shop.Database, Ports.Sql)], CancellationToken);
        await watching.CancelAsync();
        (await leaks).ShouldBe(0);
    }

    [Fact]
    public async Task Pod_StartedWhileTheAgentIsDown_IsClosedUntilTheAgentKnowsIt()
    {
        await using var shop = await Shop.CreateAsync(cluster, "newcomer", CancellationToken);
        await shop.ApplyAsync(Manifests.DefaultDeny, CancellationToken);
        await shop.ShouldOnlyBeOpenAsync(shop.AllFlows.Where(Within), CancellationToken);
        var node = cluster.NodeNames[0];

        await cluster.KillAgentAsync(node, CancellationToken);
        await shop.AddAsync(new PodSpecification("newcomer-web", "newcomer", node, ["app=newcomer"]), CancellationToken);
        (await shop.ProbeAsync("newcomer-web/newcomer", shop.Database, Ports.Sql, CancellationToken)).ShouldNotBe(ProbeOutcome.Open);
        (await shop.ProbeAsync(shop.Front, "newcomer-web/newcomer", Ports.Http, CancellationToken)).ShouldNotBe(ProbeOutcome.Open);

        cluster.StartAgent(node);
        await shop.ShouldOnlyBeOpenAsync(shop.AllFlows.Where(Within), CancellationToken);
    }

    private static bool Within(Flow flow) => flow.IsWithin("newcomer-web") || flow.IsWithin("newcomer-data");

    /// <summary>Tries what must never be open, all the time, and counts how often it was.</summary>
    private static async Task<int> WatchForLeaksAsync(Shop shop, CancellationToken cancellationToken)
    {
        var leaks = 0;
        try
        {
            while (true)
            {
                foreach (
                    var (source, destination) in new[] { (shop.Worker, shop.Database), (shop.Cache, shop.Front), (shop.Front, shop.Worker) }
                )
                {
                    leaks += await shop.ProbeAsync(source, destination, Ports.Http, cancellationToken) == ProbeOutcome.Open ? 1 : 0;
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return leaks;
        }
    }
}
