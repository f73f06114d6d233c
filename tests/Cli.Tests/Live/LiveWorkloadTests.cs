using System.Text.Json.Nodes;
using k8s;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;
using Palisade.Testing;

namespace Palisade.Cli.Tests.Live;

/// <summary>The commands that look at the pods and nodes of a live cluster, on a real kube-apiserver.</summary>
[Collection<LiveCollection>]
public sealed class LiveWorkloadTests(ApiServerFixture server) : IAsyncLifetime
{
    private const string Cluster = "tests/Testdata/cli/live/cluster.yaml";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await InstalledDefinitions.InstallAsync(server, Token);
        await server.KubectlAsync(["apply", "-f", Path.Join(Repository.Root, Cluster)], Token);
        await SetStatusAsync<V1Pod>("live", "web", """{"phase": "Running", "podIP": "10.9.1.2", "podIPs": [{"ip": "10.9.1.2"}]}""");
        await SetStatusAsync<V1Pod>("live", "db", """{"phase": "Running", "podIP": "10.9.2.2", "podIPs": [{"ip": "10.9.2.2"}]}""");
    }

    // Not the namespace: it would be going for ever, since no controller empties it.
    public async ValueTask DisposeAsync()
    {
        string[] now = ["delete", "--force", "--grace-period=0"];
        await server.KubectlAsync([.. now, "-n", "live", "pods,daemonsets,networkpolicies", "--all"], Token);
        await server.KubectlAsync([.. now, "nodes", "--all"], Token);
    }

    [Theory]
    [InlineData("web", "allowed by NetworkPolicy live/db spec.ingress[0]", ExitCode.Clean)]
    [InlineData("10.9.1.9", "is not for this source", ExitCode.Findings)]
    public async Task Explain_LiveCluster_TellsTheRuleThatDecides(string from, string expected, int exitCode)
    {
        var run = await LiveAsync("explain", "-n", "live", "--from", from, "--to", "db:postgres");

        run.Error.ShouldBeEmpty();
        run.Output.ShouldContain(expected);
        run.ExitCode.ShouldBe(exitCode);
    }

    [Fact]
    public async Task Explain_PodWithoutNamespace_IsOfTheContext()
    {
        var config = Path.Join(server.Directory, "of-live.kubeconfig");
        File.Copy(server.KubeConfig, config, overwrite: true);
        await CommandResult.OfAsync("kubectl", ["--kubeconfig", config, "config", "set-context", "--current", "--namespace=live"], Token);

        var run = await CliRun.RunAsync("explain", "--kubeconfig", config, "--from", "web", "--to", "db:5432");

        run.Output.ShouldStartWith("live/web to live/db, TCP 5432: allowed");
    }

    [Fact]
    public async Task Report_LiveCluster_ShowsItsWorkloads()
    {
        var run = await LiveAsync("report", "--to", "-");

        run.Error.ShouldBeEmpty();
        run.ExitCode.ShouldBe(ExitCode.Clean);
        var data = run.Output.Split("id=\"data\">")[1].Split("</script>")[0];
        var ends = JsonNode.Parse(data)!["ends"]!.AsArray();
        ends.Select(end => $"{end!["namespace"]}/{end["name"]}")
            .Where(name => name.StartsWith("live/", StringComparison.Ordinal))
            .ShouldBe(["live/db", "live/web"]);
    }

    [Fact]
    public async Task Rules_LiveCluster_AreThoseOfTheNode()
    {
        var withDatabase = await LiveAsync("rules", "--node", "live-2");
        var other = await LiveAsync("rules", "--node", "live-1");

        withDatabase.Error.ShouldBeEmpty();
        withDatabase.Output.ShouldContain("# NetworkPolicy live/db\n");
        other.Output.ShouldNotContain("# NetworkPolicy live/db\n");
    }

    [Fact]
    public async Task Status_AgentsNotInSync_NamesTheirNodes()
    {
        await SetStatusAsync<V1DaemonSet>("live", "palisade-agent", """{"desiredNumberScheduled": 3, "numberReady": 1}""");
        await SetStatusAsync<V1Pod>("live", "agent-1", """{"conditions": [{"type": "Ready", "status": "True"}]}""");
        await SetStatusAsync<V1Pod>(
            "live",
            "agent-2",
            """
            {"conditions": [{"type": "Ready", "status": "False", "reason": "ContainersNotReady"}], "containerStatuses": [{"name": "agent",
             "ready": false, "restartCount": 3, "image": "a", "imageID": "", "state": {"waiting": {"reason": "ImagePullBackOff", "message": "no such image"}}}]}
            """
        );

        var run = await LiveAsync("status");

        run.Output.ShouldContain(
            "\n1 of 3 agents in sync\n  live-2: ImagePullBackOff: no such image\n  live-3: NoAgent: there is no pod of the agent;"
        );
        run.ExitCode.ShouldBe(ExitCode.Findings);
    }

    private Task<CliRun> LiveAsync(params string[] args) => CliRun.RunAsync([.. args, "--kubeconfig", server.KubeConfig]);

    private async Task SetStatusAsync<T>(string inNamespace, string name, string status)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        await server.Client.PatchAsync<T>(
            new NamespacedName(inNamespace, name),
            Patch.Merge(new JsonObject { ["status"] = JsonNode.Parse(status) }),
            "status",
            Token
        );
}
