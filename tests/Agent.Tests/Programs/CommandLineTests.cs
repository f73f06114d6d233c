using System.Text.Json.Nodes;
using Palisade.Lab.Probes;
using Palisade.Testing;

namespace Palisade.Agent.Tests.Programs;

/// <summary>The modes that end by themselves, and what stops the program at its start.</summary>
[Collection(nameof(NodeApiServer))]
public sealed class CommandLineTests(NodeApiServer api)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Once_Policies_AreEnforcedAndTheSecondRunWritesNothing()
    {
        await using var node = await TestNode.CreateAsync(api);
        var web = await node.AddPodAsync("web", """{"app": "web"}""");
        var db = await node.AddPodAsync("db", """{"app": "db"}""");
        await node.ApplyPolicyAsync("deny", PolicySpecs.DenyAll);

        var prober = new Prober(new ProbeOptions { Timeout = TimeSpan.FromSeconds(10) });
        using var open = await prober.OpenAsync(web, new ProbeTarget(db.Addresses[0], 80), Token);

        var first = node.StartAgent("--once");
        (await first.WaitForExitAsync(Token)).ShouldBe(0, first.Output);
        (await open.ExchangeAsync(Token)).IsOpen.ShouldBeFalse("the open connection is cut");
        (await TestNode.ConnectAsync(web, db)).ShouldBe(ProbeOutcome.Refused);
        var rules = await node.RulesAsync();

        var second = node.StartAgent("--once");
        (await second.WaitForExitAsync(Token)).ShouldBe(0, second.Output);
        second.Output.ShouldContain("Nothing to write");
        (await node.RulesAsync()).ShouldBe(rules);
    }

    [Fact]
    public async Task Once_PolicyCannotBeUnderstood_SaysSo()
    {
        await using var node = await TestNode.CreateAsync(api);
        await node.AddPodAsync("db", """{"app": "db"}""");
        await node.ApplyPolicyAsync("from-web", PolicySpecs.FromWeb);
        await EtcdStore.ChangePolicyAsync(
            api,
            node.Namespace,
            "from-web",
            spec => spec["podSelector"]!["matchExpressions"] = JsonNode.Parse("""[{"key": "app", "operator": "Near"}]""")
        );

        var agent = node.StartAgent("--once");

        (await agent.WaitForExitAsync(Token)).ShouldBe(0, agent.Output);
        agent.Output.ShouldContain($"NetworkPolicy {node.Namespace}/from-web: spec.podSelector");
    }

    [Fact]
    public async Task DryRun_Policies_PrintsWhatWouldBeWrittenAndTouchesNothing()
    {
        await using var node = await TestNode.CreateAsync(api);
        await node.AddPodAsync("web", """{"app": "web"}""");
        await node.ApplyPolicyAsync("deny", PolicySpecs.DenyAll);

        var agent = node.StartAgent("--dry-run");
        (await agent.WaitForExitAsync(Token)).ShouldBe(0, agent.Output);

        agent.Output.ShouldContain("*mangle");
        agent.Output.ShouldContain("-A PLSD-FWD");
        agent.Output.ShouldContain("create plsd4-in");
        (await node.RulesAsync()).ShouldNotContain("PLSD");
        (await node.SetsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Cleanup_RulesInPlace_RemovesOursAndOnlyOurs()
    {
        await using var node = await TestNode.CreateAsync(api);
        var web = await node.AddPodAsync("web", """{"app": "web"}""");
        var db = await node.AddPodAsync("db", """{"app": "db"}""");
        await node.ApplyPolicyAsync("deny", PolicySpecs.DenyAll);
        foreach (var program in (string[])["iptables", "ip6tables"])
        {
            await node.RunAsync(program, "-t", "mangle", "-A", "FORWARD", "-m", "comment", "--comment", "foreign", "-j", "ACCEPT");
            await node.RunAsync(program, "-A", "FORWARD", "-m", "comment", "--comment", "foreign", "-j", "ACCEPT");
        }
        await node.RunAsync("ipset", "create", "foreign", "hash:ip");
        var (rules, sets) = (await node.RulesAsync(), await node.SetsAsync());
        (await node.StartAgent("--once").WaitForExitAsync(Token)).ShouldBe(0);
        (await TestNode.ConnectAsync(web, db)).ShouldBe(ProbeOutcome.Refused);
        (await node.RulesAsync()).ShouldContain("PLSD-FWD");

        node.Relay.Cut();
        var agent = node.StartAgent("--cleanup");
        (await agent.WaitForExitAsync(Token)).ShouldBe(0, agent.Output);

        (await node.RulesAsync()).ShouldBe(rules);
        (await node.SetsAsync()).ShouldBe(sets);
        (await TestNode.ConnectAsync(web, db)).ShouldBe(ProbeOutcome.Open);
    }

    [Fact]
    public async Task Cleanup_RuleOfAnotherUsesASet_SaysThatItStays()
    {
        await using var node = await TestNode.CreateAsync(api);
        (await node.StartAgent("--once").WaitForExitAsync(Token)).ShouldBe(0);
        await node.RunAsync("iptables", "-A", "INPUT", "-m", "set", "--match-set", "plsd4-in", "src", "-j", "ACCEPT");

        var agent = node.StartAgent("--cleanup");

        (await agent.WaitForExitAsync(Token)).ShouldBe(1, agent.Output);
        agent.Output.ShouldContain("rules of others still use 1 of its sets");
        (await node.RulesAsync()).ShouldNotContain("PLSD-", Case.Sensitive);
    }

    [Fact]
    public async Task Once_ApiServerUnreachable_IsOneLineAndExitCode1()
    {
        await using var node = await TestNode.CreateAsync(api);
        node.Relay.Cut();

        var agent = node.StartAgent("--once");

        (await agent.WaitForExitAsync(Token)).ShouldBe(1, agent.Output);
        agent.Output.ShouldStartWith("palisade-agent: ");
        agent.Output.TrimEnd().ShouldNotContain("\n");
        (await node.RulesAsync()).ShouldNotContain("PLSD");
    }

    [Fact]
    public async Task Run_ApiServerUnreachable_TriesAgainSaysSoAndWritesNothing()
    {
        await using var node = await TestNode.CreateAsync(api);
        node.Relay.Cut();
        var agent = node.StartAgent();

        await agent.WroteAsync("waiting for the API server", Token);
        (await node.RulesAsync()).ShouldNotContain("PLSD");

        node.Relay.Mend();
        await agent.WroteAsync("Ready", Token);
        (await agent.TerminateAsync(Token)).ShouldBe(0);
    }

    [Theory]
    [InlineData("iptables")]
    [InlineData("ipset")]
    public async Task Run_ToolsMissing_SaysWhichAndWhatToInstall(string tool)
    {
        await using var node = await TestNode.CreateAsync(api);
        var tools = Directory.CreateTempSubdirectory("palisade-tools-");
        foreach (var path in (string[])["/usr/sbin", "/sbin", "/usr/bin", "/bin"])
        {
            foreach (
                var file in Directory.EnumerateFiles(path).Where(file => !Path.GetFileName(file).Contains(tool, StringComparison.Ordinal))
            )
            {
                if (!File.Exists(Path.Combine(tools.FullName, Path.GetFileName(file))))
                {
                    File.CreateSymbolicLink(Path.Combine(tools.FullName, Path.GetFileName(file)), file);
                }
            }
        }

        var agent = node.StartAgent(new Dictionary<string, string>(StringComparer.Ordinal) { ["PATH"] = tools.FullName });

        (await agent.WaitForExitAsync(Token)).ShouldBe(2, agent.Output);
        agent.Output.ShouldContain(tool);
        agent.Output.ShouldContain("apt-get install");
        tools.Delete(recursive: true);
    }

    [Fact]
    public async Task Run_WithoutCapabilities_SaysWhichAreMissing()
    {
        var result = await CommandResult.OfAsync(
            "setpriv",
            ["--bounding-set", "-net_admin", AgentProcess.Path, "--node-name", "n", "--cleanup"],
            Token
        );

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldBe(
            "palisade-agent: not allowed to change this node's packet filter: run as root, or with the capabilities NET_ADMIN\n"
        );
    }

    [Fact]
    public async Task Run_KubeconfigMissing_IsOneLineAndExitCode2()
    {
        var result = await CommandResult.OfAsync(AgentProcess.Path, ["--node-name", "n", "--kubeconfig", "/nowhere/config"], Token);

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldStartWith("palisade-agent: ");
        result.Error.ShouldContain("/nowhere/config");
        result.Error.TrimEnd().ShouldNotContain("\n");
    }
}
