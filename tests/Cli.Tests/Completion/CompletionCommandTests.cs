namespace Palisade.Cli.Tests.Completion;

public sealed class CompletionCommandTests
{
    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task Completion_Shell_MatchesTheGoldenFile(string shell)
    {
        var run = await CliRun.RunAsync("completion", shell);

        run.ExitCode.ShouldBe(ExitCode.Clean);
        Golden.ShouldMatch(run.Output, $"completion/{shell}.txt");
    }

    [Theory]
    [InlineData("kubectl-palisade li", "lint")]
    [InlineData("kubectl-palisade lint -o sa", "sarif")]
    [InlineData("kubectl-palisade lint --fail", "--fail-on")]
    [InlineData("kubectl-palisade completion f", "fish")]
    public async Task Suggest_BegunLine_NamesWhatMayFollow(string line, string expected)
    {
        var run = await CliRun.RunAsync($"[suggest:{line.Length}]", line);

        run.Output.Split('\n').ShouldContain(expected);
    }

    [Fact]
    public async Task Completion_UnknownShell_Exits2()
    {
        var run = await CliRun.RunAsync("completion", "csh");

        run.ExitCode.ShouldBe(ExitCode.Usage);
    }
}
