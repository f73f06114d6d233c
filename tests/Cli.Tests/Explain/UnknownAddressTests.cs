using System.Text.Json.Nodes;

namespace Palisade.Cli.Tests.Explain;

/// <summary>Addresses that are made up decide nothing.</summary>
public sealed class UnknownAddressTests
{
    private const string Workloads = """
        {apiVersion: apps/v1, kind: Deployment, metadata: {name: web, namespace: x}, spec: {replicas: 2, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c}]}}}}
        ---
        {apiVersion: apps/v1, kind: Deployment, metadata: {name: store, namespace: x}, spec: {template: {metadata: {labels: {app: store}}, spec: {containers: [{name: c}]}}}}
        ---

        """;

    [Fact]
    public async Task Explain_BlockThatMayHoldThePod_TellsBothOutcomes()
    {
        var run = await ExplainAsync(Workloads + Policy("10.0.0.0/8"));

        run.ExitCode.ShouldBe(ExitCode.Findings);
        run.Output.ShouldBe(
            """
            x/web-0 to x/store-0, TCP 5432 over IPv4: depends on where pods get their
            addresses
              out of x/web-0: open, no policy isolates it
              into x/store-0: depends on where pods get their addresses
                isolated by NetworkPolicy x/store (-:5:1)
                allowed by NetworkPolicy x/store spec.ingress[0].from[0] (-:8:68) if x/web-0
                gets an address of its block, else denied
            x/web-0 to x/store-0, TCP 5432 over IPv6: denied
              out of x/web-0: open, no policy isolates it
              into x/store-0: denied
                isolated by NetworkPolicy x/store (-:5:1)
                not allowed by NetworkPolicy x/store spec.ingress[0] (-:8:60): is not for
                this source

            """
        );
    }

    [Theory]
    [InlineData("0.0.0.0/0", true, false)]
    [InlineData("203.0.113.0/24", false, false)]
    [InlineData("10.244.1.2/32", false, false)]
    [InlineData("10.244.0.0/16", false, true)]
    [InlineData("192.168.0.0/16", false, true)]
    public async Task Explain_Block_DependsOnlyWhereAPodMayOrMayNotBeInIt(string block, bool isAllowed, bool depends)
    {
        var run = await ExplainAsync(Workloads + Policy(block), "-o", "json");

        var verdict = JsonNode.Parse(run.Output)!["verdicts"]![0]!;
        ((bool)verdict["allowed"]!).ShouldBe(isAllowed);
        (verdict["dependsOn"] is not null).ShouldBe(depends);
    }

    [Theory]
    [InlineData("10.7.0.0/16", ExitCode.Clean)]
    [InlineData("10.8.0.0/16", ExitCode.Findings)]
    public async Task Explain_NodesWithPodRanges_AreKnownToGiveTheAddresses(string block, int expected)
    {
        const string Node = "{apiVersion: v1, kind: Node, metadata: {name: n1}, spec: {podCIDR: 10.7.1.0/24}}\n---\n";

        var run = await ExplainAsync(Node + Workloads + Policy(block));

        run.ExitCode.ShouldBe(expected);
        run.Output.ShouldNotContain("depends");
    }

    [Fact]
    public async Task Diff_BlockThatMayHoldPods_IsMarkedAndNeverAFact()
    {
        using var files = new TemporaryFiles();
        var old = files.Write("old.yaml", Policy("203.0.113.0/24"));
        var now = files.Write("new.yaml", Policy("10.0.0.0/8"));

        var table = await CliRun.RunAsync("diff", old, now, "-f", files.Write("base.yaml", Workloads));
        var json = await CliRun.RunAsync("diff", old, now, "-f", files.Write("base.yaml", Workloads), "-o", "json");

        table.ExitCode.ShouldBe(ExitCode.Findings);
        table.Output.ShouldMatch(@"\+\? +x/web +x/store");
        table.Output.ShouldContain("Depends on where pods get their addresses: 1.");
        var document = JsonNode.Parse(json.Output)!;
        document["opened"]!.AsArray().Select(change => (string?)change!["from"]).ShouldBe(["outside 10.0.0.0/8"]);
        document["mayOpen"]!.AsArray().Select(change => (string?)change!["from"]).ShouldBe(["x/web"]);
    }

    [Fact]
    public async Task Report_BlockThatHoldsOnlyOneMadeUpNode_TellsNoPodsApart()
    {
        var run = await CliRun.RunWithInputAsync(Workloads + Policy("10.244.1.0/24"), "report", "-f", "-", "--to", "-");

        run.Output.ShouldContain("\"name\":\"web\"");
        run.Output.ShouldNotContain("web (web-0)");
        run.Output.ShouldMatch("\"unsure\":\\[.*\\[1,0,1\\]");
    }

    [Fact]
    public async Task Explain_NodeThatThePodMayRunOn_TellsBothOutcomes()
    {
        const string Node = """
            {apiVersion: v1, kind: Node, metadata: {name: n1}, spec: {podCIDR: 10.7.1.0/24}, status: {addresses: [{type: InternalIP, address: 192.0.2.1}]}}
            ---
            {apiVersion: v1, kind: Node, metadata: {name: n2}, spec: {podCIDR: 10.7.2.0/24}, status: {addresses: [{type: InternalIP, address: 192.0.2.2}]}}
            ---

            """;

        var run = await CliRun.RunWithInputAsync(
            Node + Workloads + Policy("203.0.113.0/24"),
            "explain",
            "-f",
            "-",
            "--from",
            "192.0.2.1",
            "--to",
            "x/store:80"
        );

        run.ExitCode.ShouldBe(ExitCode.Findings);
        run.Output.ShouldStartWith("192.0.2.1 to x/store-0, TCP 80: depends on which node the pod runs on\n");
    }

    private static Task<CliRun> ExplainAsync(string manifests, params string[] options) =>
        CliRun.RunWithInputAsync(manifests, ["explain", "-f", "-", "--from", "x/web", "--to", "x/store:5432", .. options]);

    private static string Policy(string block) =>
        $$$$"""
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: store, namespace: x}
            spec: {podSelector: {matchLabels: {app: store}}, ingress: [{from: [{ipBlock: {cidr: "{{{{block}}}}"}}]}]}
            """;
}
