using Palisade.Lab.Probes;
using Palisade.Testing;

namespace Palisade.Agent.Tests.Programs;

/// <summary>What another hand did to rules and sets is found and repaired.</summary>
[Collection(nameof(NodeApiServer))]
public sealed class RepairTests(NodeApiServer api)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("iptables", "-t", "mangle", "-F")]
    [InlineData("iptables", "-t", "mangle", "-D", "FORWARD", "1")]
    [InlineData("ip6tables", "-t", "mangle", "-F", "PLSD-IN")]
    public async Task Run_RulesChangedByAnotherHand_AreRepaired(string program, params string[] arguments)
    {
        await using var node = await TestNode.CreateAsync(api);
        var web = await node.AddPodAsync("web", """{"app": "web"}""");
        var db = await node.AddPodAsync("db", """{"app": "db"}""");
        await node.ApplyPolicyAsync("deny", PolicySpecs.DenyAll);
        await node.RunAsync("iptables", "-t", "mangle", "-A", "POSTROUTING", "-m", "comment", "--comment", "foreign", "-j", "RETURN");
        var agent = node.StartAgent();
        await agent.WroteAsync("Ready", Token);
        var rules = await node.RulesAsync();

        await node.RunAsync(program, arguments);

        await agent.WroteAsync("Rules were changed by another program", Token);
        await node.ShowsMetricAsync("palisade_agent_repairs_total [1-9]");
        await TestNode.BecomesAsync(web, db, ProbeOutcome.Refused);
        if (arguments is not ["-t", "mangle", "-F"])
        {
            await Eventually.TrueAsync(async () => await node.RulesAsync() == rules, Token);
        }
        await Eventually.TrueAsync(
            async () =>
                (await api.KubectlAsync(["get", "events", "-A", "-o", "name"], Token)).Contains(node.Name, StringComparison.Ordinal),
            Token,
            "an Event of the node tells of the repair"
        );
    }

    [Fact]
    public async Task Run_SetEntryDeletedByAnotherHand_IsRepaired()
    {
        await using var node = await TestNode.CreateAsync(api);
        var web = await node.AddPodAsync("web", """{"app": "web"}""");
        var db = await node.AddPodAsync("db", """{"app": "db"}""");
        await node.ApplyPolicyAsync("from-web", PolicySpecs.FromWeb);
        var agent = node.StartAgent();
        await agent.WroteAsync("Ready", Token);
        var sets = await node.SetsAsync();
        var entry = sets.Split('\n').First(line => line.StartsWith("add plsd4-p", StringComparison.Ordinal)).Split(' ');

        await node.RunAsync("ipset", "del", entry[1], entry[2]);

        await Eventually.TrueAsync(async () => await node.SetsAsync() == sets, Token);
        (await TestNode.ConnectAsync(web, db)).ShouldBe(ProbeOutcome.Open);
    }
}
