using Palisade.Testing;

namespace Palisade.Cli.Tests.Completion;

/// <summary>The scripts in the shells that they are for: a command, a flag, and a flag's value.</summary>
public sealed class ShellTests : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("palisade-");

    public void Dispose() => _home.Delete(recursive: true);

    [Theory]
    [InlineData("kubectl-palisade li", "kubectl-palisade lint ")]
    [InlineData("kubectl-palisade lint --fail", "kubectl-palisade lint --fail-on ")]
    [InlineData("kubectl-palisade lint --fail-on e", "kubectl-palisade lint --fail-on error ")]
    [InlineData("kubectl-palisade explain --from a/b -o j", "kubectl-palisade explain --from a/b -o json ")]
    public async Task Zsh_Tab_CompletesTheLine(string line, string expected) =>
        (await CompleteAsync("zsh", line)).ShouldBe($"{expected}\n");

    [Theory]
    [InlineData("kubectl-palisade li", "lint\n")]
    [InlineData("kubectl-palisade lint --fail", "--fail-on\n")]
    [InlineData("kubectl-palisade lint --fail-on ", "error\nwarning\n")]
    [InlineData("kubectl-palisade explain --from a/b -o j", "json\n")]
    public async Task Fish_Tab_OffersWhatMayFollow(string line, string expected) => (await CompleteAsync("fish", line)).ShouldBe(expected);

    [Theory]
    [InlineData("kubectl-palisade li", "lint\n")]
    [InlineData("kubectl-palisade lint --fail", "--fail-on\n")]
    [InlineData("kubectl-palisade lint --fail-on ", "error\nwarning\n")]
    [InlineData("kubectl-palisade explain --from a/b -o j", "json\n")]
    public async Task Bash_Tab_OffersWhatMayFollow(string line, string expected) => (await CompleteAsync("bash", line)).ShouldBe(expected);

    [Theory]
    [InlineData("zsh", "kubectl-palisade lint -f policies.yaml \n")]
    [InlineData("fish", "policies.yaml\n")]
    public async Task Shell_NothingToSuggest_CompletesFiles(string shell, string expected)
    {
        await File.WriteAllTextAsync(Path.Join(_home.FullName, "policies.yaml"), "", TestContext.Current.CancellationToken);

        (await CompleteAsync(shell, "kubectl-palisade lint -f ")).ShouldBe(expected);
    }

    [Theory]
    [InlineData("li", "lint\n:4\n")]
    [InlineData("--fail", "--fail-on\n:4\n", "lint")]
    public async Task Kubectl_DocumentedScript_OffersWhatMayFollow(string word, string expected, params string[] before)
    {
        // What kubectl runs on a tab: the script of docs/cli.md, with the words after "kubectl palisade".
        var documentation = await File.ReadAllTextAsync(Path.Join(Repository.Root, "docs/cli.md"), TestContext.Current.CancellationToken);
        var script = documentation.Split("```sh\n")[1].Split("```")[0];

        var result = await CommandResult.OfAsync(
            "env",
            [$"PATH={AppContext.BaseDirectory}:{Environment.GetEnvironmentVariable("PATH")}", "sh", "-c", script, "sh", .. before, word],
            TestContext.Current.CancellationToken
        );

        result.Output.ShouldBe(expected, result.Error);
    }

    private async Task<string> CompleteAsync(string shell, string line)
    {
        var result = await CommandResult.OfAsync(
            "env",
            [
                "-C",
                _home.FullName,
                $"PATH={AppContext.BaseDirectory}:{Environment.GetEnvironmentVariable("PATH")}",
                $"HOME={_home.FullName}",
                "TERM=xterm",
                // A shell that waits for what does not come must not keep the tests.
                "timeout",
                "120",
                shell,
                Path.Join(Golden.Folder, "completion", $"complete.{shell}"),
                line,
            ],
            TestContext.Current.CancellationToken
        );
        result.ExitCode.ShouldBe(0, result.Error + result.Output);
        return result.Output;
    }
}
