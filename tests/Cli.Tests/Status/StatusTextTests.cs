using Palisade.Cli.Status;
using Palisade.Models;

namespace Palisade.Cli.Tests.Status;

public sealed class StatusTextTests
{
    private static readonly ClusterStatus Troubled = new(
        [
            ResourceStatus.Of(Policy("api"), Status("True", "UpToDate", "all namespaces are up to date")),
            ResourceStatus.Of(
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
            ResourceStatus.Of(Policy("new"), null),
        ],
        3,
        2
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
        Golden.ShouldMatch(StatusJson.Of(Troubled).ToJsonString() + "\n", "status/troubled.json");

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
