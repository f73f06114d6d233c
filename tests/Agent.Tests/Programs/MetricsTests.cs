using System.Globalization;
using System.Text.RegularExpressions;
using Palisade.Lab.Probes;
using Palisade.Testing;

namespace Palisade.Agent.Tests.Programs;

/// <summary>What the program tells of itself and of the kernel.</summary>
[Collection(nameof(NodeApiServer))]
public sealed class MetricsTests(NodeApiServer api)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Legacy")]
    [InlineData("Nft")]
    public async Task Run_ConnectionsComeAndAreRefused_AreCountedByPolicyAndClass(string backend)
    {
        await using var node = await TestNode.CreateAsync(api);
        var web = await node.AddPodAsync("web", """{"app": "web"}""");
        var other = await node.AddPodAsync("other", "{}");
        var db = await node.AddPodAsync("db", """{"app": "db"}""");
        await node.ApplyPolicyAsync("from-web", PolicySpecs.FromWeb);
        var agent = node.StartAgent("--backend", backend);
        await agent.WroteAsync("Ready", Token);

        // Once in each family.
        (await TestNode.ConnectAsync(web, db)).ShouldBe(ProbeOutcome.Open);
        (await TestNode.ConnectAsync(other, db)).ShouldBe(ProbeOutcome.Refused);
        (await TestNode.ConnectAsync(other, db)).ShouldBe(ProbeOutcome.Refused);

        await BecomesAsync(node, $"palisade_agent_policy_accepted_packets_total{{.*policy=\"{node.Namespace}/from-web\"}}", 2);
        await BecomesAsync(
            node,
            $"palisade_agent_class_denied_packets_total{{.*policies=\"{node.Namespace}/from-web\",verdict=\"denied\"}}",
            4
        );
        foreach (var kind in (string[])["set", "entry", "chain", "rule"])
        {
            (await ValueAsync(node, $"palisade_agent_kernel_objects{{kind=\"{kind}\"}}")).ShouldNotBeNull().ShouldBeGreaterThan(0);
        }
    }

    [Fact]
    public async Task Run_NewPodUnknown_ItsDroppedPacketsAreCounted()
    {
        await using var node = await TestNode.CreateAsync(api);
        var db = await node.AddPodAsync("db", """{"app": "db"}""");
        await node.ApplyPolicyAsync("from-web", PolicySpecs.FromWeb);
        var agent = node.StartAgent();
        await agent.WroteAsync("Ready", Token);
        var late = await node.AddPodAsync("late", "{}", announce: false);

        (await TestNode.TryConnectAsync(db, late)).ShouldNotBe(ProbeOutcome.Open);

        await Eventually.TrueAsync(async () => await ValueAsync(node, "palisade_agent_unknown_pod_dropped_packets_total") > 0, Token);
    }

    [Fact]
    public async Task Run_ApiServerGoes_LagGrows()
    {
        await using var node = await TestNode.CreateAsync(api);
        var agent = node.StartAgent();
        await agent.WroteAsync("Ready", Token);
        (await ValueAsync(node, "palisade_agent_api_lag_seconds")).ShouldNotBeNull();

        node.Relay.Cut();
        var before = await ValueAsync(node, "palisade_agent_api_lag_seconds");

        await Eventually.TrueAsync(async () => await ValueAsync(node, "palisade_agent_api_lag_seconds") > before + 1, Token);
    }

    private static Task BecomesAsync(TestNode node, string series, double value) =>
        Eventually.TrueAsync(async () => await ValueAsync(node, series) is { } found && found.Equals(value), Token, $"{series} is {value}");

    private static async Task<double?> ValueAsync(TestNode node, string series)
    {
        var found = Regex.Match(
            (await node.GetAsync("/metrics")).Body,
            $"^{series} (?<value>[^ ]+)$",
            RegexOptions.Multiline | RegexOptions.ExplicitCapture
        );
        return found.Success ? double.Parse(found.Groups["value"].ValueSpan, CultureInfo.InvariantCulture) : null;
    }
}
