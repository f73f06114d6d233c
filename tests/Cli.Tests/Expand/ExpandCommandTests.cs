using System.Text.Json.Nodes;
using Palisade.Testing;

namespace Palisade.Cli.Tests.Expand;

public sealed class ExpandCommandTests
{
    [Theory]
    [InlineData("table", "txt")]
    [InlineData("yaml", "golden")]
    [InlineData("json", "json")]
    public async Task Expand_Shop_MatchesTheGoldenFile(string format, string extension)
    {
        var run = await CliRun.RunAsync("expand", "-f", Samples.Shop, "-o", format);

        run.Error.ShouldBeEmpty();
        run.ExitCode.ShouldBe(ExitCode.Clean);
        Golden.ShouldMatch(run.Output, $"expand/shop.{extension}");
    }

    [Fact]
    public async Task Expand_Yaml_ReadsAsTheSamePolicies()
    {
        var yaml = await CliRun.RunAsync("expand", "-f", Samples.Shop, "-o", "yaml");
        var pods = await File.ReadAllTextAsync(Path.Join(Samples.Shop, "pods.yaml"), TestContext.Current.CancellationToken);
        var namespaces = await File.ReadAllTextAsync(Path.Join(Samples.Shop, "namespaces.yaml"), TestContext.Current.CancellationToken);

        var expanded = await CliRun.RunWithInputAsync($"{namespaces}\n---\n{pods}\n{yaml.Output}", "lab", "--measure", "never", "-f", "-");
        var original = await CliRun.RunAsync("lab", "--measure", "never", "-f", Samples.Shop);

        expanded.Error.ShouldBeEmpty();
        MatrixOf(expanded).ShouldBe(MatrixOf(original));
    }

    [Fact]
    public async Task Expand_WordsThatYaml11ReadsOtherwise_AreStringsToKubectlAndToLint()
    {
        const string Input = """
            {apiVersion: v1, kind: Namespace, metadata: {name: "no", labels: {country: "NO"} } }
            ---
            apiVersion: palisade.dev/v1alpha1
            kind: ClusterNetworkPolicy
            metadata: {name: norway}
            spec:
              namespaceSelector: {matchLabels: {country: "NO"}}
              podSelector: {matchLabels: {"on": "yes", "1_000": "0b1", "0x1F": "1e3", "off": "2001-01-01", z: "1_000"}}
              policyTypes: [Ingress]
              ingress: [{from: [{tenant: {labels: [country]}}], ports: [{port: "y"}]}]
            """;

        var yaml = await CliRun.RunWithInputAsync(Input, "expand", "-f", "-", "-o", "yaml");
        var json = await CliRun.RunWithInputAsync(Input, "expand", "-f", "-", "-o", "json");
        var lint = await CliRun.RunWithInputAsync(yaml.Output, "lint", "-f", "-");

        lint.ShouldBe(new CliRun(ExitCode.Clean, "1 policy, nothing found\n", ""));
        var read = JsonNode.Parse(await KubectlAsync(yaml.Output))!.AsObject();
        read["metadata"]!["labels"]!.AsObject().Remove("read").ShouldBeTrue();
        JsonNode.DeepEquals(read, JsonNode.Parse(json.Output)!["items"]![0]).ShouldBeTrue(yaml.Output);
    }

    /// <summary>What kubectl reads, as JSON; it needs no API server for that.</summary>
    private static async Task<string> KubectlAsync(string manifest)
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, manifest, TestContext.Current.CancellationToken);
        var run = await CommandResult.OfAsync(
            "kubectl",
            ["label", "--kubeconfig=/dev/null", "--local", "--dry-run=client", "-o", "json", "-f", file, "read=back"],
            TestContext.Current.CancellationToken
        );
        File.Delete(file);
        run.Error.ShouldBeEmpty();
        return run.Output;
    }

    [Fact]
    public async Task Expand_OneNamespace_ShowsItAlone()
    {
        var run = await CliRun.RunAsync("expand", "-f", Samples.Shop, "-n", "acme-data");

        run.Output.ShouldContain("acme-data");
        run.Output.ShouldNotContain("globex");
    }

    [Fact]
    public async Task Expand_TheSameGivenTwice_CountsOnceAndWhatDiffersIsAnError()
    {
        var policies = await File.ReadAllTextAsync(Path.Join(Samples.Shop, "policies.yaml"), TestContext.Current.CancellationToken);

        var same = await CliRun.RunWithInputAsync(policies, "expand", "-f", Samples.Shop, "-f", "-");
        var other = await CliRun.RunWithInputAsync(
            policies.Replace("5432", "5433", StringComparison.Ordinal).Replace("port: postgres", "port: 1", StringComparison.Ordinal),
            ["expand", "-f", Samples.Shop, "-f", "-"]
        );

        same.ShouldBe(await CliRun.RunAsync("expand", "-f", Samples.Shop));
        other.ExitCode.ShouldBe(ExitCode.Usage);
        other.Error.ShouldContain("metadata.name: there are two ClusterNetworkPolicy database that differ; the other is at ");
    }

    [Fact]
    public async Task Expand_DiffWithoutFiles_SaysWhatToDo()
    {
        var run = await CliRun.RunAsync("expand", "--diff");

        run.ShouldBe(new CliRun(ExitCode.Usage, "", "kubectl palisade: --diff compares files with a live cluster: give the files by -f\n"));
    }

    [Fact]
    public async Task Expand_DiffAsYaml_SaysWhichFormatsThereAre()
    {
        var run = await CliRun.RunAsync("expand", "--diff", "-f", Samples.Shop, "-o", "yaml");

        run.ShouldBe(new CliRun(ExitCode.Usage, "", "kubectl palisade: --diff is written as table or json\n"));
    }

    [Theory]
    [InlineData("false")]
    [InlineData("true")]
    public async Task Expand_DnsInANamespaceOfItsOwn_StaysOpen(string includeSystemNamespaces)
    {
        var input = $$$"""
            apiVersion: palisade.dev/v1alpha1
            kind: DefaultDenyProfile
            metadata: {name: baseline}
            spec: {namespaceSelector: {}, includeSystemNamespaces: {{{includeSystemNamespaces}}}}
            ---
            {apiVersion: v1, kind: Namespace, metadata: {name: app}}
            ---
            {apiVersion: v1, kind: Namespace, metadata: {name: openshift-dns}}
            ---
            {apiVersion: v1, kind: Pod, metadata: {name: a, namespace: app}, spec: {containers: [{name: c}]}}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: dns-default, namespace: openshift-dns}
            spec: {clusterIP: 172.30.0.10, selector: {dns: default}, ports: [{name: dns, port: 53, targetPort: dns, protocol: UDP}]}
            ---
            apiVersion: v1
            kind: Pod
            metadata: {name: dns, namespace: openshift-dns, labels: {dns: default}}
            spec: {containers: [{name: dns, ports: [{name: dns, containerPort: 5353, protocol: UDP}, {name: admin, containerPort: 8080}]}]}
            """;

        var expanded = await CliRun.RunWithInputAsync(input, "expand", "-f", "-");
        var dns = await CliRun.RunWithInputAsync(input, "explain", "-f", "-", "--from", "app/a", "--to", "openshift-dns/dns:5353/udp");
        var other = await CliRun.RunWithInputAsync(input, "explain", "-f", "-", "--from", "app/a", "--to", "openshift-dns/dns:8080");

        expanded.Output.Contains("openshift-dns", StringComparison.Ordinal).ShouldBe(includeSystemNamespaces == "true");
        dns.ExitCode.ShouldBe(ExitCode.Clean, dns.Output);
        other.ExitCode.ShouldBe(ExitCode.Findings);
    }

    [Fact]
    public async Task Expand_NameIsTaken_StampsUnderAnotherAndSaysSo()
    {
        const string input = """
            apiVersion: palisade.dev/v1alpha1
            kind: DefaultDenyProfile
            metadata: {name: baseline, uid: 3f1c}
            spec: {namespaceSelector: {}}
            ---
            {apiVersion: v1, kind: Namespace, metadata: {name: app}}
            ---
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: palisade-ddp-baseline, namespace: app}
            spec: {podSelector: {}, ingress: [{}]}
            """;

        var run = await CliRun.RunWithInputAsync(input, "expand", "-f", "-", "-n", "app", "-o", "yaml");

        run.Error.ShouldContain("NetworkPolicy app/palisade-ddp-baseline was not stamped by DefaultDenyProfile baseline: it is left alone");
        run.Output.ShouldMatch("\n  name: palisade-ddp-baseline-[0-9a-f]{20}\n");
        run.ExitCode.ShouldBe(ExitCode.Clean);
    }

    [Fact]
    public async Task Expand_MoreNodesThanOnePolicyHolds_LeavesThemOutAndSaysSo()
    {
        var nodes = Enumerable
            .Range(0, 10_001)
            .Select(i => FormattableString.Invariant($"10.{i >> 7}.{(i & 127) * 2}.5"))
            .Select(address =>
                $$$"""{"apiVersion":"v1","kind":"Node","metadata":{"name":"n{{{address}}}"},"spec":{"podCIDRs":[]},"status":{"addresses":[{"type":"InternalIP","address":"{{{address}}}"}]}}"""
            );
        var input = $$$"""
            {"apiVersion":"v1","kind":"List","items":[{"apiVersion":"palisade.dev/v1alpha1","kind":"ClusterNetworkPolicy","metadata":{"name":"x"},
            "spec":{"namespaceSelector":{},"podSelector":{},"ingress":[{"from":[{"nodes":{}}]}]}},{{{string.Join(',', nodes)}}}]}
            """;

        var run = await CliRun.RunWithInputAsync(input, "expand", "-f", "-", "-o", "yaml", "-n", "default");

        run.Error.ShouldContain(
            "warning: ClusterNetworkPolicy x: spec.ingress[0].from[0].nodes: the policy would hold 10001 address blocks of nodes, and one NetworkPolicy may hold 10000"
        );
        run.Output.ShouldNotContain("ipBlock");
        run.Output.ShouldContain("ingress: []");
    }

    private static string MatrixOf(CliRun run) => run.Output.Split("What is open")[0];
}
