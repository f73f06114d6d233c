using System.Diagnostics;
using Palisade.Lab;
using Palisade.Lab.Probes;
using Palisade.Testing;

namespace Palisade.Agent.Tests.Programs;

/// <summary>
/// What goes wrong on real nodes, through the program: wherever it is, the kernel ends where the policies say, and never lets through in between
/// what both the old and the new policies deny.
/// </summary>
[Collection(nameof(NodeApiServer))]
public sealed class FaultTests(NodeApiServer api)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Legacy")]
    [InlineData("Nft")]
    public async Task Kill_AfterEachStepOfAnApply_NeverOpensAndTheNextAgentEndsIt(string backend)
    {
        using var tools = new FaultyTools();
        await using var node = await TestNode.CreateAsync(api);
        var pods = await Pods.CreateAsync(node);
        await pods.AllowAsync("a");
        var agent = node.StartAgent(tools.Variables, "--backend", backend);
        await agent.WroteAsync("Ready", Token);
        await pods.ShouldAllowAsync("a");

        for (var (step, from, to, survived) = (1, "a", "b", 0); survived < 2; (from, to) = (to, from))
        {
            tools.KillAfter(step);
            await using var never = Watcher.Of(pods["never"], pods["db"]);
            await pods.AllowAsync(to);
            // Killed, or it was through before that many steps.
            await Eventually.TrueAsync(
                async () => agent.HasExited || await TestNode.TryConnectAsync(pods[to], pods["db"]) == ProbeOutcome.Open,
                Token,
                $"step {step}: killed, or {to} is allowed"
            );
            survived = agent.HasExited ? 0 : survived + 1;
            tools.KillAfter(0);
            if (agent.HasExited)
            {
                agent = node.StartAgent(tools.Variables, "--backend", backend);
                await agent.WroteAsync("Ready", Token);
            }
            await pods.ShouldAllowAsync(to);
            var (open, all) = await never.EndAsync();
            open.ShouldBe(0, $"step {step}, from {from} to {to}: {all} tried");
            step += to == "a" ? 1 : 0;
            step.ShouldBeLessThan(20);
        }
    }

    [Fact]
    public async Task Run_ToolsFail_OldRulesStayAreReportedAndFollowWhenTheyWork()
    {
        using var tools = new FaultyTools();
        await using var node = await TestNode.CreateAsync(api);
        var pods = await Pods.CreateAsync(node);
        await pods.AllowAsync("a");
        var agent = node.StartAgent(tools.Variables);
        await agent.WroteAsync("Ready", Token);

        tools.Fail("iptables: Resource temporarily unavailable.");
        await pods.AllowAsync("b");
        await agent.WroteAsync("Resource temporarily unavailable", Token);

        await pods.ShouldAllowAsync("a");
        (await node.GetAsync("/readyz")).Body.ShouldContain("[-]rules");
        var metrics = (await node.GetAsync("/metrics")).Body; // They count before the log says it.
        metrics.ShouldMatch("palisade_agent_pass_failures_total [1-9]");
        metrics.ShouldMatch("palisade_agent_last_failure_timestamp_seconds [1-9]");

        tools.Fail(null);
        await TestNode.BecomesAsync(pods["b"], pods["db"], ProbeOutcome.Open);
        await pods.ShouldAllowAsync("b");
        await Eventually.TrueAsync(
            async () => !(await node.GetAsync("/readyz")).Body.Contains("[-]rules", StringComparison.Ordinal),
            Token,
            "the rules are good again"
        );
    }

    [Fact]
    public async Task Run_LockHeldByAnother_OldRulesStayAndFollowWhenItIsFree()
    {
        await using var node = await TestNode.CreateAsync(api);
        var pods = await Pods.CreateAsync(node);
        await pods.AllowAsync("a");
        var file = Path.GetTempFileName();
        var variables = new Dictionary<string, string>(StringComparer.Ordinal) { ["XTABLES_LOCKFILE"] = file };
        var agent = node.StartAgent(variables, "--backend", "Legacy");
        await agent.WroteAsync("Ready", Token);

        using var other = node.Host.Network.Start(new ProcessStartInfo("flock", [file, "sleep", "600"]));
        try
        {
            await Eventually.TrueAsync(
                async () => (await CommandResult.OfAsync("flock", ["-n", file, "true"], Token)).ExitCode != 0,
                Token,
                "the lock is held"
            );
            await pods.AllowAsync("b");
            await agent.WroteAsync("xtables lock", Token);
            await pods.ShouldAllowAsync("a");
        }
        finally
        {
            other.Kill(entireProcessTree: true);
            await other.WaitForExitAsync(CancellationToken.None);
            File.Delete(file);
        }

        await TestNode.BecomesAsync(pods["b"], pods["db"], ProbeOutcome.Open);
        await pods.ShouldAllowAsync("b");
    }

    [Fact]
    public async Task Run_SetIsFull_MakesItLarger()
    {
        await using var node = await TestNode.CreateAsync(api);
        var pods = await Pods.CreateAsync(node);
        await pods.AllowAsync("a");
        var first = node.StartAgent();
        await first.WroteAsync("Ready", Token);
        await first.TerminateAsync(Token);
        foreach (
            var set in (await node.RunAsync("ipset", "list", "-n"))
                .Split('\n')
                .Where(name => name.Contains("-p-", StringComparison.Ordinal))
        )
        {
            await MakeFullAsync(node, set);
        }
        var agent = node.StartAgent();
        await agent.WroteAsync("Ready", Token);

        var more = await node.AddPodAsync("a-2", """{"app": "a"}""");

        await TestNode.BecomesAsync(more, pods["db"], ProbeOutcome.Open);
        await pods.ShouldAllowAsync("a");
    }

    private static async Task MakeFullAsync(TestNode node, string set)
    {
        var lines = (await node.RunAsync("ipset", "save", set)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var create = lines[0].Split(' ');
        create[1] = "full";
        create[Array.IndexOf(create, "maxelem") + 1] = $"{lines.Length - 1}";
        await node.RunAsync("ipset", create);
        foreach (var entry in lines.Skip(1).Select(line => line.Split(' ')))
        {
            await node.RunAsync("ipset", ["add", "full", .. entry[2..]]);
        }
        await node.RunAsync("ipset", "swap", "full", set);
        await node.RunAsync("ipset", "destroy", "full");
    }

    /// <summary>Pods a, b and never, of which one at a time may reach db; the others are isolated themselves, so that pods move between classes.</summary>
    private sealed class Pods(TestNode node, Dictionary<string, LabHost> hosts)
    {
        public LabHost this[string name] => hosts[name];

        public static async Task<Pods> CreateAsync(TestNode node)
        {
            var hosts = new Dictionary<string, LabHost>(StringComparer.Ordinal);
            foreach (var name in (string[])["a", "b", "never", "db"])
            {
                hosts[name] = await node.AddPodAsync(name, $$"""{"app": "{{name}}"}""");
            }
            return new Pods(node, hosts);
        }

        public Task AllowAsync(string allowed) =>
            node.ApplyAsync(
                $$"""
                {"apiVersion": "v1", "kind": "List", "items": [
                  {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "db"},
                   "spec": {"podSelector": {"matchLabels": {"app": "db"} },
                            "ingress": [{"from": [{"podSelector": {"matchLabels": {"app": "{{allowed}}"} } }] }] } },
                  {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "others"},
                   "spec": {"podSelector": {"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["db", "{{allowed}}"]}]},
                            "policyTypes": ["Ingress", "Egress"]} }] }
                """
            );

        public async Task ShouldAllowAsync(string allowed)
        {
            foreach (var name in (string[])["a", "b", "never"])
            {
                var outcome = await TestNode.ConnectAsync(hosts[name], hosts["db"]);
                outcome.ShouldBe(name == allowed ? ProbeOutcome.Open : ProbeOutcome.Refused, $"{name}, when {allowed} is allowed");
            }
        }
    }
}
