using Palisade.Testing;

namespace Palisade.Cli.Tests;

/// <summary>The example in every command's help does what it says.</summary>
public sealed class ExampleTests(ApiServerFixture server)
{
    public static TheoryData<string> Commands => ["lint", "explain", "diff", "report", "expand", "rules", "status", "lab", "completion"];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task Help_Example_Runs(string command)
    {
        var help = (await CliRun.RunAsync(command, "--help")).Output.Split('\n').Select(line => line.Trim()).ToList();
        var begin = help.IndexOf("Example:") + 1;
        // A long line is wrapped by the help.
        var line = string.Join(' ', help.Skip(begin).TakeWhile(text => text.Length > 0));
        line.ShouldStartWith($"kubectl palisade {command}");

        // Files go elsewhere than into the repository.
        line = line.Replace("report.html", "-", StringComparison.Ordinal);

        await InstalledDefinitions.InstallAsync(server, TestContext.Current.CancellationToken);
        string[] cluster = command == "status" ? ["--kubeconfig", server.KubeConfig] : [];
        var run = await CliRun.RunAsync([.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[2..], .. cluster]);

        run.ExitCode.ShouldBeInRange(ExitCode.Clean, ExitCode.Findings, run.Error);
        run.Output.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Help_EveryCommand_HasAnExample()
    {
        var help = (await CliRun.RunAsync("--help")).Output.Split("Commands:")[1];
        var commands = help.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line.StartsWith("  ", StringComparison.Ordinal) && line[2] != ' ')
            .Select(line => line.Trim().Split(' ')[0]);

        commands.Except(["version"], StringComparer.Ordinal).ShouldBe(Commands.Select(row => row.Data), ignoreOrder: true);
    }
}
