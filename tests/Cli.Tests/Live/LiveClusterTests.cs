using System.Text.Json.Nodes;
using Palisade.Policy.Expansion;
using Palisade.Testing;

namespace Palisade.Cli.Tests.Live;

/// <summary>The commands that read a live cluster, on a real kube-apiserver.</summary>
[Collection<LiveCollection>]
public sealed class LiveClusterTests(ApiServerFixture server) : IAsyncLifetime
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await InstalledDefinitions.InstallAsync(server, Token);
        await server.KubectlAsync(["apply", "-f", Path.Join(Samples.Shop, "namespaces.yaml")], Token);
        await server.KubectlAsync(["apply", "--validate=false", "-f", Path.Join(Samples.Shop, "policies.yaml")], Token);
    }

    public async ValueTask DisposeAsync() => await server.KubectlAsync(["delete", "networkpolicies", "--all", "-A"], Token);

    [Fact]
    public async Task LiveCommands_Cluster_TellWhatIsThereAndWriteNothing()
    {
        var created = await ExpandDiffAsync();
        created.Output.ShouldContain("create   acme-data/palisade-cnp-database (ClusterNetworkPolicy database)");
        created.Output.ShouldContain("14 differences");
        created.ExitCode.ShouldBe(ExitCode.Findings);

        var live = await CliRun.RunAsync("expand", "--kubeconfig", server.KubeConfig, "-o", "json");
        await ApplyAsync(live.Output);
        (await ExpandDiffAsync()).ShouldBe(new CliRun(ExitCode.Clean, "The cluster has what would be stamped.\n", ""));

        await server.KubectlAsync(["-n", "acme-web", "delete", "networkpolicy", "palisade-cnp-api"], Token);
        await server.KubectlAsync(
            [
                "-n",
                "acme-data",
                "patch",
                "networkpolicy",
                "palisade-cnp-metrics",
                "--type=json",
                "-p",
                """[{"op": "remove", "path": "/spec/ingress"}]""",
            ],
            Token
        );
        var changed = await ExpandDiffAsync();
        changed.Output.ShouldBe(
            """
            change   acme-data/palisade-cnp-metrics (ClusterNetworkPolicy metrics):
            spec.ingress
            create   acme-web/palisade-cnp-api (ClusterNetworkPolicy api)
            2 differences

            """
        );
        Golden.ShouldMatch((await ExpandDiffAsync("-o", "json")).Output, "expand/diff.json");

        var lint = await CliRun.RunAsync("lint", "--kubeconfig", server.KubeConfig, "-A");
        lint.ExitCode.ShouldBe(ExitCode.Clean, lint.Output);
        lint.Output.ShouldContain("5 policies");
    }

    [Fact]
    public async Task LiveCommands_HttpsProxy_IsTakenAsKubectlTakesIt()
    {
        await using var proxy = new ConnectProxy(server.ClientOptions.Server);
        var file = Path.Join(server.Directory, "elsewhere");
        var text = await File.ReadAllTextAsync(server.KubeConfig, Token);
        var address = server.ClientOptions.Server.OriginalString;
        await File.WriteAllTextAsync(
            file,
            text.Replace(
                $"\"{address}\"",
                "\"https://api.cluster.invalid:6443\", tls-server-name: \"127.0.0.1\"",
                StringComparison.Ordinal
            ),
            Token
        );
        string[] environment = [$"HTTPS_PROXY={proxy.Address}", "NO_PROXY=10.0.0.0/8"];

        var theirs = await CommandResult.OfAsync("env", [.. environment, "kubectl", "--kubeconfig", file, "version"], Token);
        var asked = proxy.Asked;
        var program = Path.Join(AppContext.BaseDirectory, "kubectl-palisade");
        var ours = await CommandResult.OfAsync("env", [.. environment, program, "status", "--kubeconfig", file], Token);

        theirs.ExitCode.ShouldBe(0, theirs.Error);
        asked.Distinct().ShouldBe(["api.cluster.invalid:6443"]);
        ours.Error.ShouldBeEmpty();
        ours.Output.ShouldContain("baseline");
        proxy.Asked.Skip(asked.Count).Distinct().ShouldBe(["api.cluster.invalid:6443"]);
    }

    [Fact]
    public async Task Expand_YamlOfFiles_IsTakenByTheApiServer()
    {
        var expanded = await CliRun.RunAsync("expand", "-f", Samples.Shop, "-o", "yaml");

        var file = Path.Join(server.Directory, "expanded.yaml");
        await File.WriteAllTextAsync(file, expanded.Output, Token);
        await server.KubectlAsync(["apply", "--dry-run=server", "-f", file], Token);
    }

    [Fact]
    public async Task Status_OperatorDoesNotRun_SaysSoAndExits1()
    {
        var run = await CliRun.RunAsync("status", "--kubeconfig", server.KubeConfig);

        run.Error.ShouldBeEmpty();
        run.ExitCode.ShouldBe(ExitCode.Findings);
        run.Output.ShouldContain("DefaultDenyProfile    baseline  Pending  -           -");
        run.Output.ShouldContain("DefaultDenyProfile baseline: the operator has not seen");
        run.Output.ShouldContain("no agents: the CNI plugin enforces the policies");
    }

    [Theory]
    [InlineData("lint")]
    [InlineData("status")]
    [InlineData("expand")]
    public async Task LiveCommand_NoSuchKubeConfig_SaysSoAndExits2(string command)
    {
        var run = await CliRun.RunAsync(command, "--kubeconfig", "/nowhere");

        run.ExitCode.ShouldBe(ExitCode.Usage);
        (run.Output + run.Error).ShouldContain("/nowhere");
    }

    [Fact]
    public async Task ExpandDiff_TwoThatStampTheSameName_TheSecondIsAConflict()
    {
        // A name that is too long is cut and told apart by a hash; another may have the result for its own name.
        var first = new ClusterNetworkPolicy { Metadata = new() { Name = new string('x', PolicyNames.MaxLength) } };
        var stamped = PolicyNames.For(first);
        var names = new[] { first.Metadata.Name, stamped[PolicyNames.ClusterNetworkPolicyPrefix.Length..] };
        var documents = names.Select(name =>
            $$"""
                apiVersion: palisade.dev/v1alpha1
                kind: ClusterNetworkPolicy
                metadata: {name: {{name}}}
                spec: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: alike} }, policyTypes: [Ingress]}
                """
        );
        var target = "apiVersion: v1\nkind: Namespace\nmetadata: {name: alike, labels: {kubernetes.io/metadata.name: alike}}";

        var run = await CliRun.RunWithInputAsync(
            string.Join("\n---\n", [.. documents, target]),
            ["expand", "--diff", "-f", "-", "--kubeconfig", server.KubeConfig, "-o", "json"]
        );

        run.Error.ShouldBeEmpty();
        JsonNode.Parse(run.Output)!.AsArray().Select(change => (string?)change!["verb"]).ShouldBe(["create", "conflict"]);
    }

    private Task<CliRun> ExpandDiffAsync(params string[] format) =>
        CliRun.RunAsync(["expand", "--diff", "-f", "config/samples/shop/policies.yaml", "--kubeconfig", server.KubeConfig, .. format]);

    private async Task ApplyAsync(string list)
    {
        var file = Path.Join(server.Directory, "expanded.json");
        await File.WriteAllTextAsync(file, list, Token);
        await server.KubectlAsync(["apply", "-f", file], Token);
    }
}
