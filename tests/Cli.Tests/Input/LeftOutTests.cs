namespace Palisade.Cli.Tests.Input;

/// <summary>An invalid object of one namespace keeps no command from what does not hang on it.</summary>
public sealed class LeftOutTests
{
    private const string Pods = """
        {apiVersion: v1, kind: Namespace, metadata: {name: a}}
        ---
        {apiVersion: v1, kind: Namespace, metadata: {name: b}}
        ---
        {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: a, labels: {app: web}}, spec: {nodeName: n1}}
        ---
        {apiVersion: v1, kind: Pod, metadata: {name: db, namespace: a, labels: {app: db}}, spec: {nodeName: n1}}
        ---
        {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: b, labels: {app: web}}, spec: {nodeName: n2}}
        ---
        {apiVersion: v1, kind: Pod, metadata: {name: db, namespace: b, labels: {app: db}}, spec: {nodeName: n2}}
        ---

        """;

    private const string Invalid = """
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: broken, namespace: a}
        spec: {podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress], ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/33}}]}]}
        ---

        """;

    private const string LeftOut =
        "-:13:1: NetworkPolicy a/broken is left out: line 16: spec.ingress[0].from[0].ipBlock.cidr: \"10.0.0.0/33\": "
        + "prefix length must be at most 32, for example \"10.0.0.0/8\" [PAL001]\n";

    [Theory]
    [InlineData("b/web", "b/db:5432")]
    [InlineData("a/db", "b/db:5432")]
    [InlineData("a/db", "a/web:80")]
    public async Task Explain_InvalidPolicyHasNoSay_AnswersAndSaysWhatIsLeftOut(string from, string to)
    {
        var run = await CliRun.RunWithInputAsync(Pods + Invalid, "explain", "-f", "-", "--from", from, "--to", to);

        run.ExitCode.ShouldBe(ExitCode.Clean);
        run.Error.ShouldBe(LeftOut);
    }

    [Fact]
    public async Task Explain_InvalidPolicyDecides_NamesItAndExits2()
    {
        var run = await CliRun.RunWithInputAsync(Pods + Invalid, "explain", "-f", "-", "--from", "a/web", "--to", "a/db:5432");

        run.ShouldBe(
            new CliRun(
                ExitCode.Usage,
                "",
                LeftOut
                    + "kubectl palisade: whether a/web may connect to a/db cannot be said: "
                    + "it hangs on NetworkPolicy a/broken (-:13:1), which must be fixed first\n"
            )
        );
    }

    // Policies only add up.
    [Theory]
    [InlineData("[{from: [{podSelector: {}}]}]", ExitCode.Clean)]
    [InlineData("[]", ExitCode.Usage)]
    public async Task Explain_AnotherPolicyAllows_NeedsNotTheInvalidOne(string ingress, int expected)
    {
        var other =
            $"{{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {{name: ok, namespace: a}}, spec: {{podSelector: {{}}, ingress: {ingress}}}}}";

        var run = await CliRun.RunWithInputAsync(Pods + Invalid + other, "explain", "-f", "-", "--from", "a/web", "--to", "a/db:5432");

        run.ExitCode.ShouldBe(expected, run.Error);
    }

    [Theory]
    [InlineData("{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p, namespace: a}, spec: {podSelector: 7}}")]
    [InlineData(
        "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p, namespace: a}, spec: {podSelector: {}}}\n---\n{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p, namespace: a}, spec: {podSelector: {matchLabels: {app: x}}}}"
    )]
    [InlineData(
        "{apiVersion: palisade.dev/v1alpha1, kind: ClusterNetworkPolicy, metadata: {name: p}, spec: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: a}}, policyTypes: [Both]}}"
    )]
    [InlineData("{apiVersion: apps/v1, kind: Deployment, metadata: {name: p, namespace: a}, spec: {replicas: many}}")]
    [InlineData("{apiVersion: extensions/v1beta1, kind: NetworkPolicy, metadata: {name: p, namespace: a}, spec: {podSelector: {}}}")]
    [InlineData("{apiVersion: networking.k8s.io/v1, kind: Networkpolicy, metadata: {name: p, namespace: a}, spec: {podSelector: {}}}")]
    [InlineData("{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: a}, status: {podIP: 10.0.0.300}}")]
    public async Task Explain_AnyFaultOfOneNamespace_LeavesTheOtherReadable(string document)
    {
        var run = await CliRun.RunWithInputAsync(Pods + document, "explain", "-f", "-", "--from", "b/web", "--to", "b/db:5432");

        run.ExitCode.ShouldBe(ExitCode.Clean, run.Error);
        run.Error.ShouldContain(" is left out: ");
        run.Error.TrimEnd().Split('\n').ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("a: [")]
    [InlineData("{apiVersion: v1, kind: Namespace, metadata: {name: a, labels: [x]}}")]
    [InlineData("{apiVersion: v1, kind: Node, metadata: {name: n1}, spec: {podCIDR: 10.0.0.0/33}}")]
    public async Task Explain_FaultThatEverythingHangsOn_Exits2(string document)
    {
        var run = await CliRun.RunWithInputAsync(Pods + document, "explain", "-f", "-", "--from", "b/web", "--to", "b/db:5432");

        run.ExitCode.ShouldBe(ExitCode.Usage);
        run.Output.ShouldBeEmpty();
    }

    [Fact]
    public async Task Explain_EndThatIsLeftOut_IsNamed()
    {
        const string Job = "{apiVersion: batch/v1, kind: Job, metadata: {name: p, namespace: a}, spec: {parallelism: many}}";

        var run = await CliRun.RunWithInputAsync(Pods + Job, "explain", "-f", "-", "--from", "a/p", "--to", "b/db:5432");

        run.ExitCode.ShouldBe(ExitCode.Usage);
        run.Error.ShouldContain("--from: there is no pod a/p; Job a/p (-:13:90) is left out, and must be fixed first\n");
    }

    [Fact]
    public async Task Report_InvalidPolicy_IsWrittenWithItsErrorAmongTheFindings()
    {
        var run = await CliRun.RunWithInputAsync(Pods + Invalid, "report", "-f", "-", "--to", "-");

        run.ExitCode.ShouldBe(ExitCode.Clean);
        run.Error.ShouldBe(LeftOut);
        run.Output.ShouldContain("\"code\":\"PAL001\"");
    }

    [Theory]
    [InlineData("n2", ExitCode.Clean)]
    [InlineData("n1", ExitCode.Usage)]
    public async Task Rules_InvalidPolicy_MattersOnNodesWithPodsThatItSelects(string node, int expected)
    {
        var run = await CliRun.RunWithInputAsync(Pods + Invalid, "rules", "-f", "-", "--node", node);

        run.ExitCode.ShouldBe(expected);
        (run.Output.Length > 0).ShouldBe(expected == ExitCode.Clean);
        run.Error.ShouldStartWith(LeftOut);
    }

    [Fact]
    public async Task Expand_InvalidNetworkPolicy_IsOfNoMatter()
    {
        const string Profile =
            "{apiVersion: palisade.dev/v1alpha1, kind: DefaultDenyProfile, metadata: {name: d}, spec: {namespaceSelector: {}}}";

        var run = await CliRun.RunWithInputAsync(Pods + Invalid + Profile, "expand", "-f", "-");

        run.ExitCode.ShouldBe(ExitCode.Clean);
        run.Error.ShouldBe(LeftOut);
    }

    [Fact]
    public async Task Expand_InvalidCustomResource_Exits2()
    {
        const string Resource =
            "{apiVersion: palisade.dev/v1alpha1, kind: ClusterNetworkPolicy, metadata: {name: p}, spec: {namespaceSelector: {}, policyTypes: [Both]}}";

        var run = await CliRun.RunWithInputAsync(Pods + Resource, "expand", "-f", "-");

        run.ExitCode.ShouldBe(ExitCode.Usage);
        run.Error.ShouldContain("what is stamped cannot be said: ClusterNetworkPolicy p (-:13:1) must be fixed first");
    }

    [Theory]
    [InlineData(Invalid, Invalid, ExitCode.Clean)]
    [InlineData("", Invalid, ExitCode.Usage)]
    public async Task Diff_InvalidPolicy_MattersWhereItChanges(string old, string now, int expected)
    {
        using var files = new TemporaryFiles();
        var run = await CliRun.RunAsync(
            "diff",
            files.Write("old.yaml", old + "{apiVersion: v1, kind: Namespace, metadata: {name: c}}"),
            files.Write("new.yaml", now + "{apiVersion: v1, kind: Namespace, metadata: {name: c}}"),
            "-f",
            files.Write("pods.yaml", Pods)
        );

        run.ExitCode.ShouldBe(expected, run.Error);
        run.Output.ShouldBe("The same connections are allowed.\n");
        run.Error.Contains("whether anything else changes cannot be said", StringComparison.Ordinal).ShouldBe(expected == ExitCode.Usage);
    }

    [Fact]
    public async Task Lab_InvalidPolicy_MeasuresTheRest()
    {
        var run = await CliRun.RunWithInputAsync(Pods + Invalid, "lab", "--measure", "never", "-f", "-");

        run.ExitCode.ShouldBe(ExitCode.Clean);
        run.Error.ShouldBe(LeftOut);
    }
}
