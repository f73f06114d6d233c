using System.Text.Json.Nodes;
using Palisade.Lab;
using Palisade.Lab.Probes;
using Palisade.Testing;

namespace Palisade.Agent.Tests.Programs;

/// <summary>The agent program on a node of the lab, against a real API server and kernel.</summary>
[Collection(nameof(NodeApiServer))]
public sealed class EnforcementTests(NodeApiServer api)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_PoliciesComeChangeAndGo_ConnectionsFollow()
    {
        await using var node = await TestNode.CreateAsync(api);
        var web = await node.AddPodAsync("web", """{"app": "web"}""");
        var db = await node.AddPodAsync("db", """{"app": "db"}""");
        var agent = node.StartAgent();
        await agent.WroteAsync("Ready", Token);
        (await TestNode.ConnectAsync(web, db)).ShouldBe(ProbeOutcome.Open);

        await node.ApplyPolicyAsync("deny", PolicySpecs.DenyAll);
        await TestNode.BecomesAsync(web, db, ProbeOutcome.Refused);

        await node.ApplyPolicyAsync("from-web", PolicySpecs.FromWeb);
        await TestNode.BecomesAsync(web, db, ProbeOutcome.Open);
        (await TestNode.ConnectAsync(db, web)).ShouldBe(ProbeOutcome.Refused);

        await node.DeletePolicyAsync("from-web");
        await TestNode.BecomesAsync(web, db, ProbeOutcome.Refused);

        await node.DeletePolicyAsync("deny");
        await TestNode.BecomesAsync(web, db, ProbeOutcome.Open);
    }

    [Fact]
    public async Task Run_NetAdminAndNetRawOnly_EnforcesRepairsLogsAndCuts()
    {
        await using var node = await TestNode.CreateAsync(api);
        var web = await node.AddPodAsync("web", """{"app": "web"}""");
        var db = await node.AddPodAsync("db", """{"app": "db"}""");
        // As root in a container that drops all other capabilities.
        var agent = node.StartAgent(
            ["setpriv", "--bounding-set", "-all,+net_admin,+net_raw", "--inh-caps", "-all", "--no-new-privs"],
            new Dictionary<string, string>(StringComparer.Ordinal),
            "--log-denials"
        );
        await agent.WroteAsync("Ready", Token);
        (await File.ReadAllLinesAsync($"/proc/{agent.Id}/status", Token)).ShouldContain("CapEff:\t0000000000003000");
        var prober = new Prober(new ProbeOptions { Timeout = TimeSpan.FromSeconds(10) });
        using var open = await prober.OpenAsync(web, new ProbeTarget(db.Addresses[0], 80), Token);

        await node.ApplyPolicyAsync("deny", PolicySpecs.DenyAll);
        await TestNode.BecomesAsync(web, db, ProbeOutcome.Refused);
        await Eventually.TrueAsync(async () => !(await open.ExchangeAsync(Token)).IsOpen, Token, "the open connection is cut");
        await node.RunAsync("iptables", "-t", "mangle", "-F");
        await agent.WroteAsync("Rules were changed by another program", Token);
        await Eventually.TrueAsync(
            async () =>
                await TestNode.TryConnectAsync(web, db) == ProbeOutcome.Refused
                && agent.Output.Contains("Denied ingress", StringComparison.Ordinal),
            Token,
            "denials are logged"
        );
    }

    [Fact]
    public async Task Run_PodsComeAndGo_OnlySetsAreTouched()
    {
        await using var node = await TestNode.CreateAsync(api);
        var db = await node.AddPodAsync("db", """{"app": "db"}""");
        var web = await node.AddPodAsync("web", """{"app": "web"}""");
        await node.ApplyPolicyAsync("from-web", PolicySpecs.FromWeb);
        var agent = node.StartAgent();
        await agent.WroteAsync("Ready", Token);
        var rules = await node.RulesAsync();
        var sets = await node.SetsAsync();
        // Rules that are rewritten lose their counters; so this one tells whether chains were touched.
        (await TestNode.ConnectAsync(web, db)).ShouldBe(ProbeOutcome.Open);
        var counters = await node.PacketsAsync();

        var second = await node.AddPodAsync("web-2", """{"app": "web"}""");
        await TestNode.BecomesAsync(second, db, ProbeOutcome.Open);
        var other = await node.AddPodAsync("db-2", """{"app": "db"}""");
        await TestNode.BecomesAsync(second, other, ProbeOutcome.Open);
        await node.RemovePodAsync("web-2");
        await node.RemovePodAsync("db-2");

        await Eventually.TrueAsync(async () => await node.SetsAsync() == sets, Token);
        (await node.RulesAsync()).ShouldBe(rules);
        (await node.PacketsAsync()).ShouldBeGreaterThan(counters);
    }

    [Fact]
    public async Task Run_PodUnknownYet_IsClosedUntilItsLabelsAllow()
    {
        await using var node = await TestNode.CreateAsync(api);
        var db = await node.AddPodAsync("db", """{"app": "db"}""");
        await node.ApplyPolicyAsync("from-web", PolicySpecs.FromWeb);
        var agent = node.StartAgent();
        await agent.WroteAsync("Ready", Token);

        var late = await node.AddPodAsync("late", "{}", announce: false);
        (await TestNode.TryConnectAsync(late, db)).ShouldNotBe(ProbeOutcome.Open);
        (await TestNode.TryConnectAsync(db, late)).ShouldNotBe(ProbeOutcome.Open);

        await node.AnnounceAsync("late", """{"app": "web"}""");
        await TestNode.BecomesAsync(late, db, ProbeOutcome.Open);
        await TestNode.BecomesAsync(db, late, ProbeOutcome.Open);
    }

    [Fact]
    public async Task Run_UnknownPodsAllow_NewPodPassesUntilItIsKnown()
    {
        await using var node = await TestNode.CreateAsync(api);
        var db = await node.AddPodAsync("db", """{"app": "db"}""");
        await node.ApplyPolicyAsync("deny", PolicySpecs.DenyAll);
        var agent = node.StartAgent("--unknown-pods", "Allow");
        await agent.WroteAsync("Ready", Token);

        var late = await node.AddPodAsync("late", "{}", announce: false);
        (await TestNode.ConnectAsync(db, late)).ShouldBe(ProbeOutcome.Open);

        await node.AnnounceAsync("late", "{}");
        await TestNode.BecomesAsync(db, late, ProbeOutcome.Refused);
    }

    [Fact]
    public async Task Run_PodIsolated_ItsOwnNodeAndItselfStillReachIt()
    {
        await using var node = await TestNode.CreateAsync(api);
        var web = await node.AddPodAsync("web", """{"app": "web"}""");
        var db = await node.AddPodAsync("db", """{"app": "db"}""");
        await using var kubelet = ProbeServer.Start(node.Host, (10250, ProbeProtocol.Tcp));
        await node.ApplyPolicyAsync("deny", "{podSelector: {}, policyTypes: [Ingress, Egress]}");
        var agent = node.StartAgent();
        await agent.WroteAsync("Ready", Token);

        (await TestNode.ConnectAsync(web, db)).ShouldBe(ProbeOutcome.Refused);
        (await TestNode.ConnectAsync(node.Host, db)).ShouldBe(ProbeOutcome.Open, "as the kubelet's probes do");
        (await TestNode.ConnectAsync(db, node.Host, 10250)).ShouldBe(ProbeOutcome.Open);
        (await TestNode.ConnectAsync(db, db)).ShouldBe(ProbeOutcome.Open);
    }

    [Fact]
    public async Task Run_DenyActionDrop_GivesNoAnswer()
    {
        await using var node = await TestNode.CreateAsync(api);
        var web = await node.AddPodAsync("web", """{"app": "web"}""");
        var db = await node.AddPodAsync("db", """{"app": "db"}""");
        await node.ApplyPolicyAsync("deny", PolicySpecs.DenyAll);
        var agent = node.StartAgent("--deny-action", "Drop");
        await agent.WroteAsync("Ready", Token);

        (await TestNode.TryConnectAsync(web, db)).ShouldBe(ProbeOutcome.TimedOut);
        (await node.RulesAsync()).ShouldNotContain("PLSD-REJECT");
    }

    [Fact]
    public async Task Run_PolicyCannotBeUnderstood_KeepsItsLastGoodRulesOrDenies()
    {
        await using var node = await TestNode.CreateAsync(api);
        var web = await node.AddPodAsync("web", """{"app": "web"}""");
        var db = await node.AddPodAsync("db", """{"app": "db"}""");
        await node.ApplyPolicyAsync("from-web", PolicySpecs.FromWeb);
        var agent = node.StartAgent();
        await agent.WroteAsync("Ready", Token);

        await EtcdStore.ChangePolicyAsync(
            api,
            node.Namespace,
            "from-web",
            spec =>
                spec["ingress"]![0]!["from"]![0]!["podSelector"]!["matchExpressions"] = JsonNode.Parse(
                    """[{"key": "app", "operator": "Near"}]"""
                )
        );

        await agent.WroteAsync($"NetworkPolicy {node.Namespace}/from-web: spec.ingress[0].from[0].podSelector", Token);
        (await TestNode.ConnectAsync(web, db)).ShouldBe(ProbeOutcome.Open);
        (await TestNode.ConnectAsync(db, web)).ShouldBe(ProbeOutcome.Open);
        await node.ShowsMetricAsync("palisade_agent_faulty_policies 1");

        await agent.TerminateAsync(Token);
        var second = node.StartAgent();
        await second.WroteAsync("Ready", Token);
        (await TestNode.ConnectAsync(web, db)).ShouldBe(ProbeOutcome.Refused);

        await node.ApplyPolicyAsync("from-web", PolicySpecs.FromWeb);
        await TestNode.BecomesAsync(web, db, ProbeOutcome.Open);
        await node.ShowsMetricAsync("palisade_agent_faulty_policies 0");
    }

    [Fact]
    public async Task Run_LogDenials_NamesPodsPortAndPolicies()
    {
        await using var node = await TestNode.CreateAsync(api);
        var web = await node.AddPodAsync("web", """{"app": "web"}""");
        var db = await node.AddPodAsync("db", """{"app": "db"}""");
        await node.ApplyPolicyAsync("deny", PolicySpecs.DenyAll);
        var agent = node.StartAgent("--log-denials");
        await agent.WroteAsync("Ready", Token);

        var line =
            $"Denied ingress: {node.Namespace}/web ({web.Addresses[0]}) to {node.Namespace}/db ({db.Addresses[0]}), TCP port 80: isolated by {node.Namespace}/deny";
        await Eventually.TrueAsync(
            async () =>
            {
                // A denial that comes before the agent listens is not logged, so there is one more until it is.
                (await TestNode.ConnectAsync(web, db)).ShouldBe(ProbeOutcome.Refused);
                return agent.Output.Contains(line, StringComparison.Ordinal);
            },
            Token,
            $"the agent writes \"{line}\""
        );
    }

    [Fact]
    public async Task Run_PolicyTightened_CutsWhatItDeniesAndLeavesTheRest()
    {
        await using var node = await TestNode.CreateAsync(api);
        var web = await node.AddPodAsync("web", """{"app": "web"}""");
        var other = await node.AddPodAsync("other", """{"app": "other"}""");
        var db = await node.AddPodAsync("db", """{"app": "db"}""");
        var agent = node.StartAgent();
        await agent.WroteAsync("Ready", Token);
        var prober = new Prober(new ProbeOptions { Timeout = TimeSpan.FromSeconds(10) });
        var connections = new List<(LabHost From, ProbeConnection Open)>();
        foreach (var from in (LabHost[])[web, other])
        {
            foreach (var address in db.Addresses)
            {
                connections.Add((from, await prober.OpenAsync(from, new ProbeTarget(address, 80), Token)));
            }
        }

        await node.ApplyPolicyAsync("from-web", PolicySpecs.FromWeb);

        foreach (var (_, connection) in connections.Where(connection => connection.From == other))
        {
            await Eventually.TrueAsync(async () => !(await connection.ExchangeAsync(Token)).IsOpen, Token, "the denied connection is cut");
        }
        foreach (var (_, connection) in connections.Where(connection => connection.From == web))
        {
            (await connection.ExchangeAsync(Token)).IsOpen.ShouldBeTrue();
        }
        connections.ForEach(connection => connection.Open.Dispose());
    }
}
