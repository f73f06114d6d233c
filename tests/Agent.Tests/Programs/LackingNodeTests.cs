using System.Net.Sockets;
using Palisade.Lab;
using Palisade.Lab.Probes;
using Palisade.Testing;

namespace Palisade.Agent.Tests.Programs;

/// <summary>Nodes that lack something: matches and targets of the kernel, IPv6, or an ipset that knows all sets.</summary>
[Collection(nameof(NodeApiServer))]
public sealed class LackingNodeTests(NodeApiServer api)
{
    // As on a kernel that was booted with ipv6.disable=1: the parameters of IPv6 are not there. Those of bridges are.
    private const string HideIPv6 = """
        set -e
        mkdir "$0" && mount -t tmpfs none "$0" && mkdir "$0/bridge"
        [ ! -d /proc/sys/net/bridge ] || mount --bind /proc/sys/net/bridge "$0/bridge"
        mount --rbind "$0" /proc/sys/net
        exec "$@"
        """;

    private const string Sctp = "{podSelector: {matchLabels: {app: tenant}}, ingress: [{ports: [{protocol: SCTP, port: 7777}]}]}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Legacy")]
    [InlineData("Nft")]
    public async Task Run_KernelWithoutMapMark_EnforcesBySetLookups(string backend)
    {
        using var tools = new FaultyTools();
        await using var node = await TestNode.CreateAsync(api);
        tools.LackInRules("--map-mark");
        var (web, other, db) = await PodsAsync(node);

        var agent = node.StartAgent(tools.Variables, "--backend", backend);
        await agent.WroteAsync("Ready", Token);

        (await TestNode.ConnectAsync(web, db)).ShouldBe(ProbeOutcome.Open);
        (await TestNode.ConnectAsync(other, db)).ShouldBe(ProbeOutcome.Refused);
        (await TestNode.ConnectAsync(db, other)).ShouldBe(ProbeOutcome.Open);
        var rules = await node.RunAsync($"iptables-{backend.ToLowerInvariant()}-save", "-t", "mangle");
        rules.ShouldContain("-g PLSD-IO");
        rules.ShouldNotContain("--map-set");
    }

    [Fact]
    public async Task Run_LockHeldWhileTheKernelIsProbed_IsNotTakenForALack()
    {
        using var tools = new FaultyTools();
        await using var node = await TestNode.CreateAsync(api);
        tools.HoldLockOnce("--map-mark");
        await node.AddPodAsync("web", """{"app": "web"}""");

        var agent = node.StartAgent(tools.Variables, "--backend", "Legacy");
        await agent.WroteAsync("Ready", Token);

        (await node.RunAsync("iptables-legacy-save", "-t", "mangle")).ShouldContain("--map-set");
    }

    [Fact]
    public async Task Run_KernelWithoutBpf_TellsHairpinsBySetOrSaysWhatIsMissing()
    {
        using var tools = new FaultyTools();
        await using var node = await TestNode.CreateAsync(api);
        tools.LackInRules("--bytecode");
        var (web, other, db) = await PodsAsync(node);

        var agent = node.StartAgent(tools.Variables);

        if (!await HasPairsAsync(node))
        {
            (await agent.WaitForExitAsync(Token)).ShouldBe(2, agent.Output);
            agent.Output.ShouldContain("neither the iptables match bpf");
            (await node.SetsAsync()).ShouldBeEmpty();
            return;
        }
        await agent.WroteAsync("Ready", Token);
        (await TestNode.ConnectAsync(web, db)).ShouldBe(ProbeOutcome.Open);
        (await TestNode.ConnectAsync(other, db)).ShouldBe(ProbeOutcome.Refused);
        (await node.SetsAsync()).ShouldContain("create plsd4-self hash:net,net");
    }

    [Fact]
    public async Task Run_KernelWithoutIPv6_EnforcesIPv4AndNeverRunsIp6tables()
    {
        using var tools = new FaultyTools();
        await using var node = await TestNode.CreateAsync(api);
        tools.LackIPv6();
        var (web, other, db) = await PodsAsync(node);
        var directory = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N"));

        var agent = node.StartAgent(["unshare", "--mount", "sh", "-c", HideIPv6, directory], tools.Variables);
        await agent.WroteAsync("Ready", Token);

        (await ConnectIPv4Async(web, db)).ShouldBe(ProbeOutcome.Open);
        (await ConnectIPv4Async(other, db)).ShouldBe(ProbeOutcome.Refused);
        var sets = await node.SetsAsync();
        sets.ShouldContain("create plsd4-in ");
        sets.ShouldNotContain("plsd6-");
        (await node.RunAsync("ip6tables-save")).ShouldNotContain("PLSD");
        Directory.Delete(directory);
    }

    [Theory]
    [InlineData("Legacy")]
    [InlineData("Nft")]
    public async Task Run_KernelWithoutSctp_PolicyThatNeedsItIsNamedAndAllOthersAndNewPodsAreEnforced(string backend)
    {
        using var tools = new FaultyTools();
        await using var node = await TestNode.CreateAsync(api);
        tools.LackInRules("-m sctp");
        var (web, other, db) = await PodsAsync(node);
        var tenant = await node.AddPodAsync("tenant", """{"app": "tenant"}""");
        await node.ApplyPolicyAsync("sctp", Sctp);

        var agent = node.StartAgent(tools.Variables, "--backend", backend);
        await agent.WroteAsync("Ready", Token);
        await agent.WroteAsync($"NetworkPolicy {node.Namespace}/sctp: spec.ingress[0].ports", Token);
        var late = await node.AddPodAsync("late", """{"app": "web"}""");

        await TestNode.BecomesAsync(late, db, ProbeOutcome.Open);
        (await TestNode.ConnectAsync(web, db)).ShouldBe(ProbeOutcome.Open);
        (await TestNode.ConnectAsync(other, db)).ShouldBe(ProbeOutcome.Refused);
        (await TestNode.ConnectAsync(other, tenant)).ShouldBe(ProbeOutcome.Refused);
        var (status, body) = await node.GetAsync("/readyz");
        status.ShouldBe(200, body);
        body.ShouldMatch($"\\[\\+\\]kernel ok, but .*{node.Namespace}/sctp: spec.ingress\\[0\\].ports: .*xt_sctp");
        await node.ShowsMetricAsync(
            $"palisade_agent_refused_policy{{field=\"spec.ingress\\[0\\].ports\",lacks=\".*xt_sctp\\)\",policy=\"{node.Namespace}/sctp\"}} 1"
        );
    }

    [Fact]
    public async Task Once_KernelWithoutSctp_NamesThePolicyAndWritesTheRest()
    {
        using var tools = new FaultyTools();
        await using var node = await TestNode.CreateAsync(api);
        tools.LackInRules("-m sctp");
        var (web, other, db) = await PodsAsync(node);
        var tenant = await node.AddPodAsync("tenant", """{"app": "tenant"}""");
        await node.ApplyPolicyAsync("sctp", Sctp);

        var planned = node.StartAgent(tools.Variables, "--dry-run");
        (await planned.WaitForExitAsync(Token)).ShouldBe(0, planned.Output);
        var once = node.StartAgent(tools.Variables, "--once");
        (await once.WaitForExitAsync(Token)).ShouldBe(0, once.Output);

        var expected =
            $"NetworkPolicy {node.Namespace}/sctp: spec.ingress[0].ports: \"SCTP 7777\": this node's kernel lacks the iptables match \"sctp\"";
        planned.Output.ShouldContain(expected);
        planned.Output.ShouldNotContain("-m sctp --dport");
        once.Output.ShouldContain(expected);
        (await TestNode.ConnectAsync(web, db)).ShouldBe(ProbeOutcome.Open);
        (await TestNode.ConnectAsync(other, db)).ShouldBe(ProbeOutcome.Refused);
        (await TestNode.ConnectAsync(other, tenant)).ShouldBe(ProbeOutcome.Refused);
    }

    [Theory]
    [InlineData("ip6tables", "IPv6")]
    [InlineData("iptables", "IPv4")]
    public async Task Run_ToolsOfOneFamilyDoNotWork_TheOtherIsEnforcedAndTheNodeIsNotReady(string program, string lost)
    {
        using var tools = new FaultyTools();
        await using var node = await TestNode.CreateAsync(api);
        tools.LackFamily(program);
        var (web, other, db) = await PodsAsync(node);

        var agent = node.StartAgent(tools.Variables, "--backend", "Nft");
        await agent.WroteAsync($"Families: {lost} is not enforced", Token);
        await agent.WroteAsync("Wrote", Token);

        var works = lost == "IPv6" ? AddressFamily.InterNetwork : AddressFamily.InterNetworkV6;
        await Eventually.TrueAsync(
            async () => await ConnectAsync(other, db, works) == ProbeOutcome.Refused,
            Token,
            "the other family is enforced"
        );
        (await ConnectAsync(web, db, works)).ShouldBe(ProbeOutcome.Open);
        var (status, body) = await node.GetAsync("/readyz");
        status.ShouldBe(503, body);
        body.ShouldContain($"[-]families {lost} is not enforced, so that pods reach each other and are reached over {lost}");
        body.ShouldContain("[+]rules ok");
    }

    [Fact]
    public async Task Run_SetOfTheHostThatThisIpsetCannotRead_IsPassedOver()
    {
        using var tools = new FaultyTools();
        await using var node = await TestNode.CreateAsync(api);
        tools.LackRevisionOf("newer");
        await node.RunAsync("ipset", "create", "newer", "hash:ip");
        var (web, other, db) = await PodsAsync(node);

        var agent = node.StartAgent(tools.Variables);
        await agent.WroteAsync("Ready", Token);
        (await TestNode.ConnectAsync(web, db)).ShouldBe(ProbeOutcome.Open);
        (await TestNode.ConnectAsync(other, db)).ShouldBe(ProbeOutcome.Refused);

        await agent.TerminateAsync(Token);
        var second = node.StartAgent(tools.Variables);
        await second.WroteAsync("Ready", Token);
        second.Output.ShouldNotContain("Wrote");
    }

    [Fact]
    public async Task Run_OwnSetThatThisIpsetCannotRead_KeepsTheRulesAndSaysWhy()
    {
        using var tools = new FaultyTools();
        await using var node = await TestNode.CreateAsync(api);
        var (web, other, db) = await PodsAsync(node);
        var first = node.StartAgent();
        await first.WroteAsync("Ready", Token);
        await first.TerminateAsync(Token);
        var (rules, sets) = (await node.RulesAsync(), await node.SetsAsync());

        tools.LackRevisionOf("plsd4-in");
        var second = node.StartAgent(tools.Variables);
        await second.WroteAsync("Kernel and userspace incompatible", Token);

        (await TestNode.ConnectAsync(web, db)).ShouldBe(ProbeOutcome.Open);
        (await TestNode.ConnectAsync(other, db)).ShouldBe(ProbeOutcome.Refused);
        (await node.GetAsync("/readyz")).Body.ShouldContain("[-]rules");
        (await node.RulesAsync()).ShouldBe(rules);
        (await node.SetsAsync()).ShouldBe(sets);
    }

    [Theory]
    [InlineData("iptables-nft", "1.8.2")]
    [InlineData("ipset", "6.20")]
    public async Task Run_ToolTooOld_SaysWhichAndWhatToInstall(string tool, string version)
    {
        using var tools = new FaultyTools();
        await using var node = await TestNode.CreateAsync(api);
        tools.BeOld(tool, version);

        var agent = node.StartAgent(tools.Variables, "--backend", "Nft");

        (await agent.WaitForExitAsync(Token)).ShouldBe(2, agent.Output);
        agent.Output.ShouldContain($"{tool} {version} is too old");
        agent.Output.ShouldContain("apt-get install");
    }

    [Fact]
    public async Task Run_RestoreThatDoesNothingAndSaysNothing_IsFoundByReadingBack()
    {
        using var tools = new FaultyTools();
        await using var node = await TestNode.CreateAsync(api);
        var (web, other, db) = await PodsAsync(node);
        var agent = node.StartAgent(tools.Variables);
        await agent.WroteAsync("Ready", Token);

        tools.WriteNothing();
        await node.ApplyPolicyAsync("from-web", PolicySpecs.FromWeb.Replace("app: web", "app: other", StringComparison.Ordinal));
        await agent.WroteAsync("does not hold what was written", Token);
        (await node.GetAsync("/readyz")).Body.ShouldContain("[-]rules");

        tools.LackNothing();
        await Eventually.TrueAsync(async () => await TestNode.ConnectAsync(other, db) == ProbeOutcome.Open, Token, "other is let in");
        (await TestNode.ConnectAsync(web, db)).ShouldBe(ProbeOutcome.Refused);
        var hooks = (await node.RulesAsync()).Split('\n').Where(rule => rule == "-A FORWARD -j PLSD-FWD");
        hooks.Count().ShouldBe(2, "one per family");
    }

    private static async Task<(LabHost Web, LabHost Other, LabHost Db)> PodsAsync(TestNode node)
    {
        var web = await node.AddPodAsync("web", """{"app": "web"}""");
        var other = await node.AddPodAsync("other", """{"app": "other"}""");
        var db = await node.AddPodAsync("db", """{"app": "db"}""");
        await node.ApplyPolicyAsync("from-web", PolicySpecs.FromWeb);
        return (web, other, db);
    }

    private static async Task<bool> HasPairsAsync(TestNode node)
    {
        var created = await CommandResult.OfAsync(
            "nsenter",
            [$"--net={node.Host.Network.Path}", "--", "ipset", "create", "pairs", "hash:net,net"],
            Token
        );
        if (created.ExitCode == 0)
        {
            await node.RunAsync("ipset", "destroy", "pairs");
        }
        return created.ExitCode == 0;
    }

    private static async Task<ProbeOutcome> ConnectAsync(LabHost from, LabHost to, AddressFamily family)
    {
        var address = to.Addresses.Single(item => item.AddressFamily == family);
        return (await new Prober().ProbeAsync(from, new ProbeTarget(address, 80), Token)).Outcome;
    }

    private static async Task<ProbeOutcome> ConnectIPv4Async(LabHost from, LabHost to) =>
        (await new Prober().ProbeAsync(from, to, 80, ProbeProtocol.Tcp, Token)).Outcome;
}
