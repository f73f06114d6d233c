using System.Text.Json.Nodes;

namespace Palisade.Cli.Tests.Explain;

public sealed class ExplainCommandTests
{
    private const string Shop = "config/samples/shop";
    private const string Policies = "tests/Testdata/cli/explain/cluster.yaml";

    [Theory]
    [InlineData("shop-allowed", Shop, "acme-web/api", "acme-data/db:postgres", ExitCode.Clean)]
    [InlineData("shop-denied", Shop, "acme-web/frontend", "acme-data/db:5432", ExitCode.Findings)]
    [InlineData("shop-outside", Shop, "198.51.100.7", "acme-web/frontend:8080", ExitCode.Findings)]
    [InlineData("shop-open", Shop, "monitoring/prometheus", "kube-system/dns:53/udp", ExitCode.Clean)]
    [InlineData("own-policy", Policies, "web", "db:5432", ExitCode.Clean)]
    [InlineData("other-port", Policies, "web", "db:5433", ExitCode.Findings)]
    [InlineData("one-family", Policies, "db", "web:80", ExitCode.Findings)]
    [InlineData("no-rule", Policies, "web", "vault:8200", ExitCode.Findings)]
    [InlineData("itself", Policies, "vault", "vault:8200", ExitCode.Clean)]
    public async Task Explain_Case_MatchesTheGoldenFiles(string name, string files, string from, string to, int expected)
    {
        var text = await CliRun.RunOnTerminalAsync("explain", "-f", files, "--from", from, "--to", to);
        var json = await CliRun.RunAsync("explain", "-f", files, "--from", from, "--to", to, "-o", "json");

        text.Error.ShouldBeEmpty();
        text.ExitCode.ShouldBe(expected);
        json.ExitCode.ShouldBe(expected);
        text.Output.Split('\n').ShouldAllBe(line => line.Length <= 80);
        ((bool)JsonNode.Parse(json.Output)!["allowed"]!).ShouldBe(expected == ExitCode.Clean);
        Golden.ShouldMatch(text.Output, $"explain/{name}.txt");
        Golden.ShouldMatch(json.Output, $"explain/{name}.json");
    }

    [Theory]
    [InlineData("nobody", "db:1", "--from: there is no pod default/nobody; in default there are db, vault, web-0, web-1")]
    [InlineData("x/nobody", "db:1", "--from: there is no pod x/nobody; there are pods in default")]
    [InlineData("a/b/c", "db:1", "--from: \"a/b/c\" must be an address, or a pod as namespace/name")]
    [InlineData("web", "db", "--to: \"db\" must have a port, for example shop/db:5432, shop/dns:53/udp or [2001:db8::1]:443")]
    [InlineData(
        "web",
        "2001:db8::1:443",
        "--to: \"2001:db8::1:443\" must have a port, for example shop/db:5432, shop/dns:53/udp or [2001:db8::1]:443"
    )]
    [InlineData("web", "db:0", "--to: \"db:0\": the port must be 1 to 65535, or the name of a port of the pod")]
    [InlineData("web", "db:nosuch", "--to: \"db:nosuch\": the port must be 1 to 65535, or the name of a port of the pod")]
    [InlineData("10.0.0.0/8", "db:1", "--from: \"10.0.0.0/8\" is a range of addresses: give one address of it")]
    [InlineData("web", "db:1/icmp", "--to: \"db:1/icmp\": the protocol must be tcp, udp or sctp")]
    public async Task Explain_EndThatIsNone_SaysWhyAndExits2(string from, string to, string expected)
    {
        var run = await CliRun.RunAsync("explain", "-f", Policies, "--from", from, "--to", to);

        run.ShouldBe(new CliRun(ExitCode.Usage, "", $"kubectl palisade: {expected}\n"));
    }

    [Theory]
    [InlineData("web", "default/web-0")]
    [InlineData("cache", "default/cache-1")]
    public async Task Explain_NameOfAWorkload_IsNotThatOfAnotherThatBeginsSo(string from, string expected)
    {
        const string Workloads = """
            {apiVersion: apps/v1, kind: Deployment, metadata: {name: web-admin}, spec: {template: {metadata: {labels: {app: a}}}}}
            ---
            {apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {template: {metadata: {labels: {app: b}}}}}
            ---
            {apiVersion: v1, kind: Pod, metadata: {name: cache-1}}
            ---
            {apiVersion: apps/v1, kind: Deployment, metadata: {name: cache-0}, spec: {template: {metadata: {labels: {app: c}}}}}
            """;

        var run = await CliRun.RunWithInputAsync(Workloads, "explain", "-f", "-", "--from", from, "--to", "web-admin:80");

        run.Output.ShouldStartWith($"{expected} to default/web-admin-0,");
    }
}
