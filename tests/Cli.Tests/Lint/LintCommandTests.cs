using System.Text.Json.Nodes;
using Palisade.Policy.Validation;
using Palisade.Testing;

namespace Palisade.Cli.Tests.Lint;

public sealed class LintCommandTests
{
    private const string Broken = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec: {podSelector: [}\n";
    private const string WrongType = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: 7\n";
    private const string Policies = "tests/Testdata/cli/lint/policies.yaml";
    private const string List = "tests/Testdata/cli/lint/list.json";

    [Theory]
    [InlineData("table", "txt")]
    [InlineData("json", "json")]
    [InlineData("sarif", "sarif")]
    [InlineData("junit", "junit")]
    [InlineData("github", "github.txt")]
    public async Task Lint_Case_MatchesTheGoldenFile(string format, string extension)
    {
        var run = await CliRun.RunAsync("lint", "-f", Policies, "-f", List, "-o", format);

        run.Error.ShouldBeEmpty();
        run.ExitCode.ShouldBe(ExitCode.Findings);
        Golden.ShouldMatch(run.Output, $"lint/expected.{extension}");
    }

    [Fact]
    public async Task Lint_OnATerminal_IsGroupedAndFits80Columns()
    {
        var run = await CliRun.RunOnTerminalAsync("lint", "-f", Policies, "-f", List);

        run.Output.Split('\n').ShouldAllBe(line => line.Length <= 80);
        Golden.ShouldMatch(run.Output, "lint/expected.terminal.txt");
    }

    [Fact]
    public async Task Lint_Shop_FindsNothing()
    {
        var run = await CliRun.RunAsync("lint", "-f", Samples.Shop, "--fail-on", "warning");

        run.ShouldBe(new CliRun(ExitCode.Clean, "5 policies, nothing found\n", ""));
    }

    [Fact]
    public async Task Lint_OurOwnInstallation_FindsNothing()
    {
        var run = await CliRun.RunAsync("lint", "-f", "dist/install.yaml", "--fail-on", "warning");

        run.ShouldBe(new CliRun(ExitCode.Clean, "2 policies, nothing found\n", ""));
    }

    [Theory]
    [InlineData("error", ExitCode.Clean)]
    [InlineData("warning", ExitCode.Findings)]
    public async Task Lint_OnlyWarnings_FailsWhenToldTo(string failOn, int expected)
    {
        const string Policy = """
            {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: a}, spec: {podSelector: {}, ingress: [{ports: [{port: 80}]}]}}
            """;

        var run = await CliRun.RunWithInputAsync(Policy, "lint", "-f", "-", "--fail-on", failOn);

        run.Output.ShouldContain("warning: NetworkPolicy default/a: spec.ingress[0]");
        run.ExitCode.ShouldBe(expected);
    }

    [Theory]
    [InlineData("error")]
    [InlineData("error", "--kubernetes-version", "1.36")]
    [InlineData("warning", "--kubernetes-version", "v1.35.4")]
    [InlineData("error", "--kubernetes-version", "1.35", "--strict")]
    public async Task Lint_HostBitsInANetworkPolicy_IsAnErrorFrom136OnOrWhenStrict(string severity, params string[] options)
    {
        const string Policy = """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: a}
            spec:
              podSelector: {}
              ingress: [{from: [{ipBlock: {cidr: 10.1.2.3/16}}]}]
            """;

        var run = await CliRun.RunWithInputAsync(Policy, ["lint", "-f", "-", .. options]);

        run.Output.ShouldStartWith($"-:6:38: {severity}: NetworkPolicy default/a: spec.ingress[0].from[0].ipBlock.cidr: \"10.1.2.3/16\"");
    }

    [Theory]
    [InlineData("error", "--kubernetes-version", "1.26")]
    [InlineData("warning", "--kubernetes-version", "1.25")]
    public async Task Lint_InvalidValueInAMatchExpression_IsAnErrorFrom126On(string severity, params string[] options)
    {
        const string Policy = """
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: a}
            spec:
              podSelector: {matchExpressions: [{key: app, operator: In, values: ["red team"]}]}
            """;

        var run = await CliRun.RunWithInputAsync(Policy, ["lint", "-f", "-", .. options]);

        run.Output.ShouldStartWith(
            $"-:5:70: {severity}: NetworkPolicy default/a: spec.podSelector.matchExpressions[0].values[0]: \"red team\""
        );
    }

    [Theory]
    [InlineData(Broken, "-:4:22: error: no valid YAML")]
    [InlineData(WrongType, "-:4:9: error: metadata.name: 7: must be a string: write")]
    public async Task Lint_UnreadableDocument_SaysWhereAndExits2(string input, string expected)
    {
        var run = await CliRun.RunWithInputAsync(input + "---\nkind: Other\napiVersion: x/v1\n", "lint", "-f", "-");

        run.Output.ShouldStartWith(expected);
        run.ExitCode.ShouldBe(ExitCode.Usage);
    }

    [Theory]
    [InlineData("{apiVersion: x/v1, kind: Unknown}", "no policies, nothing found\n")]
    [InlineData("", "no policies, nothing found\n")]
    [InlineData("resources: [a.yaml]", "no policies, nothing found\n")]
    public async Task Lint_NothingOfOurs_IsPassedOverInSilence(string input, string expected)
    {
        var run = await CliRun.RunWithInputAsync(input, "lint", "-f", "-");

        run.ShouldBe(new CliRun(ExitCode.Clean, expected, ""));
    }

    [Theory]
    [InlineData(
        "extensions/v1beta1",
        "NetworkPolicy",
        "-:1:13: error: apiVersion: \"extensions/v1beta1\": NetworkPolicy is not served in the group extensions since Kubernetes 1.16: write networking.k8s.io/v1"
    )]
    [InlineData(
        "networking/v1",
        "NetworkPolicy",
        "-:1:13: error: apiVersion: \"networking/v1\": NetworkPolicy is not a kind of this group: write networking.k8s.io/v1"
    )]
    [InlineData(
        "networking.k8s.io",
        "NetworkPolicy",
        "-:1:13: error: apiVersion: \"networking.k8s.io\": NetworkPolicy is not a kind of this group: write networking.k8s.io/v1"
    )]
    [InlineData(
        "networking.k8.io/v1",
        "NetworkPolicy",
        "-:1:13: error: apiVersion: \"networking.k8.io/v1\": NetworkPolicy is not a kind of this group: write networking.k8s.io/v1"
    )]
    [InlineData(
        "v1",
        "NetworkPolicy",
        "-:1:13: error: apiVersion: \"v1\": NetworkPolicy is not a kind of this group: write networking.k8s.io/v1"
    )]
    [InlineData(
        "networking.k8s.io/v1beta1",
        "NetworkPolicy",
        "-:1:13: error: apiVersion: \"networking.k8s.io/v1beta1\": NetworkPolicy is not a kind of this version: write networking.k8s.io/v1"
    )]
    [InlineData("networking.k8s.io/v1", "Networkpolicy", "-:2:7: error: kind: \"Networkpolicy\": did you mean \"NetworkPolicy\"?")]
    [InlineData("networking.k8s.io/v1", "NetworkPolicies", "-:2:7: error: kind: \"NetworkPolicies\": did you mean \"NetworkPolicy\"?")]
    [InlineData(
        "networking.k8s.io/v1",
        "ClusterNetworkPolicy",
        "-:1:13: error: apiVersion: \"networking.k8s.io/v1\": ClusterNetworkPolicy is not a kind of this group: write palisade.dev/v1alpha1"
    )]
    [InlineData(
        "palisade.dev/v1alpha1",
        "ClusterNetworkPolicies",
        "-:2:7: error: kind: \"ClusterNetworkPolicies\": did you mean \"ClusterNetworkPolicy\"?"
    )]
    [InlineData(
        "palisade.dev/v1alpha1",
        "DefaultDenyProfiles",
        "-:2:7: error: kind: \"DefaultDenyProfiles\": did you mean \"DefaultDenyProfile\"?"
    )]
    [InlineData(
        "palisade.dev/v1alpha1",
        "NetworkPolicy",
        "-:1:13: error: apiVersion: \"palisade.dev/v1alpha1\": NetworkPolicy is not a kind of this group: write networking.k8s.io/v1"
    )]
    [InlineData(
        "palisade.dev/v1alpha1",
        "Firewall",
        "-:2:7: error: kind: \"Firewall\": palisade.dev has ClusterNetworkPolicy and DefaultDenyProfile"
    )]
    [InlineData(
        "palisade.dev/v1",
        "DefaultDenyProfile",
        "-:1:13: error: apiVersion: \"palisade.dev/v1\": DefaultDenyProfile is not a kind of this version: write palisade.dev/v1alpha1"
    )]
    [InlineData(
        "palisade.io/v1alpha1",
        "DefaultDenyProfile",
        "-:1:13: error: apiVersion: \"palisade.io/v1alpha1\": DefaultDenyProfile is not a kind of this group: write palisade.dev/v1alpha1"
    )]
    public async Task Lint_GroupVersionOrKindMisspelt_IsAnErrorWithTheRightSpelling(string apiVersion, string kind, string expected)
    {
        var run = await CliRun.RunWithInputAsync(
            $"apiVersion: {apiVersion}\nkind: {kind}\nmetadata: {{name: a}}\nspec: {{podSelector: {{}}}}\n",
            ["lint", "-f", "-"]
        );

        run.ShouldBe(new CliRun(ExitCode.Usage, $"{expected} [unreadable]\nno policies: 1 error, no warnings\n", ""));
    }

    [Theory]
    [InlineData("crd.projectcalico.org/v1", "NetworkPolicy")]
    [InlineData("projectcalico.org/v3", "NetworkPolicy")]
    [InlineData("policy.networking.k8s.io/v1alpha2", "ClusterNetworkPolicy")]
    [InlineData("crd.antrea.io/v1beta1", "ClusterNetworkPolicy")]
    [InlineData("cilium.io/v2", "CiliumNetworkPolicy")]
    [InlineData("networking.k8s.io/v1", "Ingress")]
    [InlineData("networking.k8s.io/v1", "NetworkPolicyList")]
    [InlineData("v1", "ConfigMap")]
    public async Task Lint_KindOfAnotherProject_IsPassedOver(string apiVersion, string kind)
    {
        var run = await CliRun.RunWithInputAsync($"apiVersion: {apiVersion}\nkind: {kind}\nmetadata: {{name: a}}\n", "lint", "-f", "-");

        run.ShouldBe(new CliRun(ExitCode.Clean, "no policies, nothing found\n", ""));
    }

    [Fact]
    public async Task Lint_DocumentWithoutKind_IsToldOfInOneLine()
    {
        var run = await CliRun.RunWithInputAsync("apiVersion: v2\nname: app\nversion: 0.1.0\n", "lint", "-f", "-");

        run.ShouldBe(
            new CliRun(ExitCode.Clean, "no policies, nothing found\n", "-:1:1: skipped: has no kind, so it is not a Kubernetes object\n")
        );
    }

    [Theory]
    [InlineData("80.0")]
    [InlineData("8e1")]
    public async Task Lint_WholeNumberHoweverWritten_IsAPort(string port)
    {
        var policy = $$"""
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: a}
            spec: {podSelector: {}, ingress: [{from: [{podSelector: {} }], ports: [{port: {{port}} }]}]}
            status: {}
            """;

        var run = await CliRun.RunWithInputAsync(policy, "lint", "-f", "-", "--fail-on", "warning");

        run.ShouldBe(new CliRun(ExitCode.Clean, "1 policy, nothing found\n", ""));
    }

    [Fact]
    public async Task Lint_PortsOfServicesAmongTheDocuments_AreToldFromThoseOfTheirPods()
    {
        const string Documents = """
            {apiVersion: v1, kind: Service, metadata: {name: dns-default, namespace: openshift-dns}, spec: {selector: {dns: default}, ports: [{port: 53, protocol: UDP, targetPort: dns}, {port: 53, targetPort: dns-tcp}]} }
            ---
            apiVersion: apps/v1
            kind: DaemonSet
            metadata: {name: dns-default, namespace: openshift-dns}
            spec:
              selector: {matchLabels: {dns: default}}
              template:
                metadata: {labels: {dns: default}}
                spec: {containers: [{name: dns, ports: [{name: dns, containerPort: 5353, protocol: UDP}, {name: dns-tcp, containerPort: 5353}]}]}
            ---
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: right, namespace: a}
            spec:
              podSelector: {}
              policyTypes: [Egress]
              egress:
              - to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: openshift-dns}}}]
                ports: [{port: 5353, protocol: UDP}, {port: 5353}]
            ---
            apiVersion: networking.k8s.io/v1
            kind: NetworkPolicy
            metadata: {name: wrong, namespace: b}
            spec:
              podSelector: {}
              policyTypes: [Egress]
              egress:
              - to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: openshift-dns}}}]
                ports: [{port: 53, protocol: UDP}]
            """;

        var run = await CliRun.RunWithInputAsync(Documents, "lint", "-f", "-");

        run.Output.ShouldBe(
            """
            -:28:3: warning: NetworkPolicy b/wrong: spec.egress: isolates egress without allowing DNS: unless another policy does, allow UDP and TCP port 5353, on which the DNS pods listen, to them [PAL109]
            -:30:20: warning: NetworkPolicy b/wrong: spec.egress[0].ports[0].port: 53: is the port of Service openshift-dns/dns-default, which forwards to 5353, and it is the pods' port that counts: write 5353 [PAL116]
            2 policies: no errors, 2 warnings

            """
        );
        run.ExitCode.ShouldBe(ExitCode.Clean);
    }

    [Fact]
    public async Task Lint_NamespaceOption_IsThatOfWhatNamesNone()
    {
        const string Policy =
            "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: a}, spec: {ingress: [{ports: [{port: 80}]}]}}";

        var run = await CliRun.RunWithInputAsync(Policy, "lint", "-f", "-", "-n", "shop");

        run.Output.ShouldContain("NetworkPolicy shop/a");
    }

    [Theory]
    [InlineData("default", "{}", false)]
    [InlineData("default", "{matchLabels: {app: a}}", false)]
    [InlineData("default", "{matchLabels: {tier: x}}", false)]
    [InlineData("default", "{matchLabels: {app: b}}", true)]
    [InlineData("other", "{}", true)]
    public async Task Lint_AnotherPolicyMayAllowDns_WarnsOnlyWhenItDoesNot(string inNamespace, string selector, bool warns)
    {
        var documents = $$$"""
            {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: a}, spec: {podSelector: {matchLabels: {app: a}}, policyTypes: [Egress] } }
            ---
            {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: dns, namespace: {{{inNamespace}}}}, spec: {podSelector: {{{selector}}}, egress: [{to: [{ipBlock: {cidr: 10.0.0.10/32}}], ports: [{protocol: UDP, port: 53}]}], policyTypes: [Egress] } }
            ---
            {apiVersion: v1, kind: Pod, metadata: {name: a, labels: {app: a, tier: x} } }
            """;

        var run = await CliRun.RunWithInputAsync(documents, "lint", "-f", "-");

        run.Output.Contains("PAL109", StringComparison.Ordinal).ShouldBe(warns, run.Output);
    }

    [Fact]
    public async Task Sarif_EveryCode_HasARuleWithTextAndEveryResultItsRule()
    {
        var run = await CliRun.RunAsync("lint", "-f", Policies, "-o", "sarif");

        var log = JsonNode.Parse(run.Output)!["runs"]![0]!;
        var rules = log["tool"]!["driver"]!["rules"]!.AsArray();
        rules.Select(rule => (string)rule!["id"]!).ShouldBe([.. FindingCodes.All, "unreadable"]);
        rules.SkipLast(1).ShouldAllBe(rule => ((string)rule!["help"]!["markdown"]!).Contains("Remedy", StringComparison.Ordinal));
        foreach (var result in log["results"]!.AsArray())
        {
            rules[(int)result!["ruleIndex"]!]!["id"]!.ToString().ShouldBe(result["ruleId"]!.ToString());
        }
    }

    [Fact]
    public async Task PreCommitHook_ItsEntry_RunsLint()
    {
        var lines = await File.ReadAllLinesAsync(
            Path.Join(Repository.Root, ".pre-commit-hooks.yaml"),
            TestContext.Current.CancellationToken
        );
        var entry = lines.Single(line => line.TrimStart().StartsWith("entry:", StringComparison.Ordinal)).Split(": ")[1];
        entry.ShouldStartWith("kubectl-palisade ");

        var run = await CliRun.RunAsync([.. entry.Split(' ').Skip(1), "-f", Policies]);

        run.ExitCode.ShouldBe(ExitCode.Findings);
    }
}
