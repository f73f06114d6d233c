using System.Globalization;
using Palisade.Lab.Probes;
using Palisade.Testing;

namespace Palisade.Agent.Tests.Programs;

/// <summary>Times without an agent or without an API server: the rules stay as they are, and follow later.</summary>
[Collection(nameof(NodeApiServer))]
public sealed class InterruptionTests(NodeApiServer api)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Restart_NothingChanged_TouchesNothing()
    {
        await using var node = await TestNode.CreateAsync(api);
        var web = await node.AddPodAsync("web", """{"app": "web"}""");
        var db = await node.AddPodAsync("db", """{"app": "db"}""");
        await node.ApplyPolicyAsync("from-web", PolicySpecs.FromWeb);
        var first = node.StartAgent();
        await first.WroteAsync("Ready", Token);
        (await TestNode.ConnectAsync(web, db)).ShouldBe(ProbeOutcome.Open);
        var (rules, sets, counters) = (await node.RulesAsync(), await node.SetsAsync(), await node.PacketsAsync());

        (await first.TerminateAsync(Token)).ShouldBe(0);
        (await node.RulesAsync()).ShouldBe(rules);
        (await TestNode.ConnectAsync(db, web)).ShouldBe(ProbeOutcome.Open);
        var second = node.StartAgent();
        await second.WroteAsync("Ready", Token);

        (await node.RulesAsync()).ShouldBe(rules);
        (await node.SetsAsync()).ShouldBe(sets);
        (await node.PacketsAsync()).ShouldBeGreaterThanOrEqualTo(counters);
        second.Output.ShouldNotContain("Wrote");
    }

    [Fact]
    public async Task Kill_WhilePoliciesChange_StaysClosed()
    {
        await using var node = await TestNode.CreateAsync(api);
        var web = await node.AddPodAsync("web", """{"app": "web"}""");
        var db = await node.AddPodAsync("db", """{"app": "db"}""");
        await node.ApplyPolicyAsync("deny", PolicySpecs.DenyAll);
        var agent = node.StartAgent();
        await agent.WroteAsync("Ready", Token);
        (await TestNode.ConnectAsync(web, db)).ShouldBe(ProbeOutcome.Refused);

        for (var i = 0; i < 5; i++)
        {
            // A policy that allows neither: both the rules before and those after deny the connection.
            await node.ApplyPolicyAsync(
                "from-nobody",
                $"{{podSelector: {{}}, ingress: [{{from: [{{podSelector: {{matchLabels: {{app: x{i}}}}}}}]}}]}}"
            );
            await agent.KillAsync(Token);
            (await TestNode.TryConnectAsync(web, db)).ShouldNotBe(ProbeOutcome.Open);
            agent = node.StartAgent();
            await agent.WroteAsync("Caches", Token);
            (await TestNode.TryConnectAsync(web, db)).ShouldNotBe(ProbeOutcome.Open);
        }
    }

    /// <summary>PALISADE_OUTAGE is for how many seconds more the API server is gone.</summary>
    [Fact]
    public async Task Run_ApiServerGoes_RulesStayAndChangesFollowLater()
    {
        var outage = TimeSpan.FromSeconds(
            double.Parse(Environment.GetEnvironmentVariable("PALISADE_OUTAGE") ?? "0", CultureInfo.InvariantCulture)
        );
        await using var node = await TestNode.CreateAsync(api);
        var web = await node.AddPodAsync("web", """{"app": "web"}""");
        await node.AddPodAsync("other", """{"app": "other"}""");
        var db = await node.AddPodAsync("db", """{"app": "db"}""");
        await node.ApplyPolicyAsync("deny", PolicySpecs.DenyAll);
        var agent = node.StartAgent();
        await agent.WroteAsync("Ready", Token);
        var (rules, sets) = (await node.RulesAsync(), await node.SetsAsync());

        node.Relay.Cut();
        await node.DeletePolicyAsync("deny");
        await node.ApplyPolicyAsync("from-web", PolicySpecs.FromWeb);
        await node.RemovePodAsync("other");
        var late = await node.AddPodAsync("late", """{"app": "web"}""");
        await Task.Delay(outage, Token);
        (await TestNode.ConnectAsync(web, db)).ShouldBe(ProbeOutcome.Refused);
        (await TestNode.TryConnectAsync(late, db)).ShouldNotBe(ProbeOutcome.Open);
        // Whatever is written without the API server is a repair.
        await node.RunAsync("iptables", "-t", "mangle", "-F", "PLSD-IN");
        await agent.WroteAsync("Rules were changed by another program", Token);
        (await node.RulesAsync()).ShouldBe(rules);
        (await node.SetsAsync()).ShouldBe(sets);
        agent.HasExited.ShouldBeFalse();

        node.Relay.Mend();
        await TestNode.BecomesAsync(web, db, ProbeOutcome.Open);
        await TestNode.BecomesAsync(late, db, ProbeOutcome.Open);
        (await TestNode.ConnectAsync(db, late)).ShouldBe(ProbeOutcome.Open);
    }

    [Fact]
    public async Task Run_HealthEndpoints_FollowTheApiServer()
    {
        await using var node = await TestNode.CreateAsync(api);
        var agent = node.StartAgent("--set-bridge-nf");
        await agent.WroteAsync("Ready", Token);
        (await node.GetAsync("/healthz")).Status.ShouldBe(200);
        await Eventually.TrueAsync(async () => (await node.GetAsync("/readyz")).Status == 200, Token);
        await node.ShowsMetricAsync("palisade_agent_event_to_kernel_seconds_count");

        node.Relay.Cut();
        await Eventually.TrueAsync(
            async () =>
                await node.GetAsync("/readyz") is { Status: 503 } ready && ready.Body.Contains("[-]api-server", StringComparison.Ordinal),
            Token
        );
        (await node.GetAsync("/healthz")).Status.ShouldBe(200);

        node.Relay.Mend();
        await Eventually.TrueAsync(async () => (await node.GetAsync("/readyz")).Status == 200, Token);
    }
}
