using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;
using Palisade.Lab.Probes;

namespace Palisade.Agent.Tests.Programs;

/// <summary>Many pods that come, change and go, with events doubled and out of order. PALISADE_CHURN is how many: 10000 takes minutes.</summary>
[Collection(nameof(NodeApiServer))]
public sealed class ChurnTests(NodeApiServer api)
{
    private static readonly int Count = int.Parse(
        Environment.GetEnvironmentVariable("PALISADE_CHURN") ?? "300",
        CultureInfo.InvariantCulture
    );

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_EventsDoubledAndReorderedWhilePodsChurn_EndsAsIfItHadReadOnce()
    {
        await using var disorder = await DisorderlyApi.StartAsync(api);
        await using var node = await TestNode.CreateAsync(api);
        var web = await node.AddPodAsync("web", """{"app": "web"}""");
        var other = await node.AddPodAsync("other", """{"app": "other"}""");
        var db = await node.AddPodAsync("db", """{"app": "db"}""");
        await node.ApplyPolicyAsync("from-web", PolicySpecs.FromWeb);
        node.Server = disorder.Address;
        var agent = node.StartAgent();
        await agent.WroteAsync("Ready", Token);
        await using var never = Watcher.Of(other, db);

        using var client = api.CreateHttpClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", "admin-token");
        // Pods of this node and of another, peers and not, whose addresses are used again and again.
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Count),
            new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Token },
            async (number, _) => await ChurnAsync(node, client, number)
        );

        await IsInLineAsync(node, agent);
        (await TestNode.ConnectAsync(web, db)).ShouldBe(ProbeOutcome.Open);
        (await TestNode.ConnectAsync(other, db)).ShouldBe(ProbeOutcome.Refused);
        var (open, all) = await never.EndAsync();
        open.ShouldBe(0, $"{all} tried");
        disorder.Disordered.ShouldBeGreaterThan(Count / 4);
        TestContext.Current.SendDiagnosticMessage(
            "{0} pods, {1} events out of order, {2} denied connections tried",
            Count,
            disorder.Disordered,
            all
        );
    }

    /// <summary>A pod comes, gets an address, is relabelled, and goes, or, one of sixteen, stays.</summary>
    private async Task ChurnAsync(TestNode node, HttpClient client, int number)
    {
        var key = new NamespacedName(node.Namespace, $"churn-{number}");
        using var created = await client.PostAsJsonAsync(
            $"/api/v1/namespaces/{key.Namespace}/pods",
            new
            {
                apiVersion = "v1",
                kind = "Pod",
                metadata = new { name = key.Name, labels = new { app = number % 2 == 0 ? "web" : "db" } },
                spec = new
                {
                    nodeName = number % 4 == 0 ? node.Name : "elsewhere",
                    containers = new[] { new { name = "c", image = "none" } },
                },
            },
            Token
        );
        created.EnsureSuccessStatusCode();
        // Eight at a time: none has an address that another still has.
        var address = string.Create(CultureInfo.InvariantCulture, $"10.244.{(number % 4 == 0 ? 1 : 2)}.{100 + (number % 128)}");
        var status = new JsonObject
        {
            ["phase"] = "Running",
            ["podIP"] = address,
            ["podIPs"] = new JsonArray(new JsonObject { ["ip"] = address }),
        };
        await api.Client.PatchAsync<V1Pod>(key, Patch.Merge(new JsonObject { ["status"] = status }), "status", Token);
        if (number % 3 == 0)
        {
            var labels = new JsonObject { ["app"] = number % 2 == 0 ? "db" : "web" };
            await api.Client.PatchAsync<V1Pod>(
                key,
                Patch.Merge(new JsonObject { ["metadata"] = new JsonObject { ["labels"] = labels } }),
                null,
                Token
            );
        }
        if (number % 16 != 5 || number >= 128)
        {
            await api.Client.DeleteAsync<V1Pod>(key, new V1DeleteOptions { GracePeriodSeconds = 0 }, Token);
        }
    }

    /// <summary>What an agent that reads the cluster now would write is nothing.</summary>
    private static async Task IsInLineAsync(TestNode node, AgentProcess agent)
    {
        node.Server = null;
        var plan = "";
        for (var tries = 0; tries < 100; tries++)
        {
            var fresh = node.StartAgent("--dry-run");
            (await fresh.WaitForExitAsync(Token)).ShouldBe(0, fresh.Output);
            plan = fresh.Output;
            if (plan.Length == 0)
            {
                return;
            }
        }
        plan.ShouldBeEmpty(agent.Output);
    }
}
