using Palisade.Cli.Status;

namespace Palisade.Cli.Tests.Status;

public sealed class StatusTextTests
{
    private static readonly ClusterStatus Troubled = new(
        [
            ResourceStatus.From(Policy("api"), Status("True", "UpToDate", "all namespaces are up to date")),
            ResourceStatus.From(
                Policy("db"),
                Status(
                    "False",
                    "NamespacesFailed",
                    "1 of 3 namespaces failed",
                    new NamespaceFailure
                    {
                        Namespace = "shop",
                        Reason = "NameConflict",
                        Message = "a NetworkPolicy of that name is not Palisade's",
                    }
                )
            ),
            ResourceStatus.From(Policy("new"), null),
        ],
        AgentStatus.From(
            5,
            [
                Agent("a", "node-1", new() { Type = "Ready", Status = "True" }),
                Agent("b", "node-2", new() { Type = "Ready", Status = "False" }),
                Agent(
                    "c",
                    "node-3",
                    new() { Type = "Ready", Status = "False" },
                    Waiting("CrashLoopBackOff", "back-off 5m0s restarting failed container")
                ),
                Agent(
                    "d",
                    null,
                    new()
                    {
                        Type = "PodScheduled",
                        Status = "False",
                        Reason = "Unschedulable",
                        Message = "0/5 nodes are available",
                    }
                ),
            ],
            []
        )
    );

    [Fact]
    public void Write_SomethingWrong_NamesFailuresAndAgents()
    {
        using var writer = new StringWriter();
        var output = CliConsole.Create(writer, colourless: true);
        output.Profile.Width = 80;

        StatusText.Write(Troubled, output);

        var text = string.Join('\n', writer.ToString().Split('\n').Select(line => line.TrimEnd()));
        text.Split('\n').ShouldAllBe(line => line.Length <= 80);
        Golden.ShouldMatch(text, "status/troubled.txt");
        Troubled.IsWell.ShouldBeFalse();
    }

    [Fact]
    public void Json_SomethingWrong_HasAllOfIt() =>
        Golden.ShouldMatch(StatusJson.From(Troubled).ToJsonString() + "\n", "status/troubled.json");

    [Fact]
    public void AgentsOf_NodesWithout_NamesThemWhenItIsKnownWhichTheyAre()
    {
        PodHealth[] pods = [Agent("a", "node-1", new() { Type = "Ready", Status = "True" })];
        V1Node[] nodes = [.. new[] { "node-1", "node-2", "node-3" }.Select(name => new V1Node { Metadata = new() { Name = name } })];

        AgentStatus.From(3, pods, nodes).OutOfSync.Select(trouble => trouble.Node).ShouldBe(["node-2", "node-3"]);
        AgentStatus.From(2, pods, nodes).OutOfSync.ShouldHaveSingleItem().Message.ShouldStartWith("1 node has no pod of the agent");
        AgentStatus.From(3, pods, []).OutOfSync.ShouldHaveSingleItem().Message.ShouldStartWith("2 nodes have no pod of the agent");
        AgentStatus.From(1, pods, nodes).IsWell.ShouldBeTrue();
    }

    [Fact]
    public void AgentsOf_PodThatGoes_IsNotInSync()
    {
        var pod = Agent("a", "node-1", new() { Type = "Ready", Status = "False" });
        pod.Metadata.DeletionTimestamp = DateTime.UnixEpoch;

        AgentStatus.From(1, [pod], []).OutOfSync.ShouldHaveSingleItem().Reason.ShouldBe("Terminating");
    }

    private static PodHealth Agent(string name, string? node, V1PodCondition condition, params IList<ContainerHealth> containers) =>
        new()
        {
            Metadata = new() { Name = $"palisade-agent-{name}", NamespaceProperty = "palisade-agent" },
            Spec = new() { NodeName = node },
            Status = new() { Conditions = [condition], ContainerStatuses = containers },
        };

    private static ContainerHealth Waiting(string reason, string message) =>
        new()
        {
            State = new()
            {
                Waiting = new() { Reason = reason, Message = message },
            },
        };

    private static ClusterNetworkPolicy Policy(string name) =>
        new()
        {
            Metadata = new() { Name = name, Generation = 2 },
        };

    private static PolicyStatus Status(string ready, string reason, string message, params NamespaceFailure[] failures) =>
        new()
        {
            ObservedGeneration = 2,
            Conditions =
            [
                new()
                {
                    Type = "Ready",
                    Status = ready,
                    Reason = reason,
                    Message = message,
                },
            ],
            Namespaces = new()
            {
                Matched = 3,
                UpToDate = 3 - failures.Length,
                Failed = failures.Length,
            },
            Failures = failures,
        };
}
