namespace Palisade.Cli.Tests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("kubectl palisade: Required command was not provided.\nTry 'kubectl palisade --help'.\n")]
    [InlineData("kubectl palisade: Option '--filename' is required.\nTry 'kubectl palisade lab --help'.\n", "lab")]
    [InlineData(
        "kubectl palisade: Unrecognized command or argument '--nonsense'.\nTry 'kubectl palisade lab --help'.\n",
        "lab",
        "-f",
        "x",
        "--nonsense"
    )]
    public async Task Run_WrongUsage_SaysSoOnTheErrorOutputAndExits2(string expected, params string[] args)
    {
        var run = await CliRun.RunAsync(args);

        run.ShouldBe(new CliRun(ExitCode.Usage, "", expected));
    }

    [Fact]
    public async Task Run_Help_NamesTheCommandsBriefly()
    {
        var run = await CliRun.RunAsync("--help");

        run.ExitCode.ShouldBe(ExitCode.Clean);
        run.Output.ShouldContain("lab");
        run.Output.ShouldContain("version");
        run.Output.ShouldNotContain("Exit code:");
    }

    [Fact]
    public async Task Run_HelpOfACommand_TellsItsExitCodes()
    {
        var run = await CliRun.RunAsync("status", "--help");

        run.ExitCode.ShouldBe(ExitCode.Clean);
        run.Output.ShouldContain("Exit code: 0 when all is well");
    }

    [Fact]
    public async Task Run_Version_PrintsIt()
    {
        var run = await CliRun.RunAsync("version");

        run.ExitCode.ShouldBe(ExitCode.Clean);
        run.Output.ShouldStartWith("kubectl-palisade 0.");
    }
}
