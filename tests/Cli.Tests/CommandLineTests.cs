namespace Palisade.Cli.Tests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData(
        "kubectl palisade: which command? There are lint, explain, diff, report, expand, rules, status, lab, completion, version\n"
            + "Try 'kubectl palisade --help'.\n"
    )]
    [InlineData("kubectl palisade: there is no command lnit: did you mean lint?\nTry 'kubectl palisade --help'.\n", "lnit", "-f", "x")]
    [InlineData("kubectl palisade: there is no command frobnicate\nTry 'kubectl palisade --help'.\n", "frobnicate")]
    [InlineData(
        "kubectl palisade: \"deploy\" has no place here; files are given by -f\nTry 'kubectl palisade lint --help'.\n",
        "lint",
        "deploy"
    )]
    [InlineData(
        "kubectl palisade: there is no option --outptu: did you mean --output?\nTry 'kubectl palisade lint --help'.\n",
        "lint",
        "--outptu",
        "json"
    )]
    [InlineData(
        "kubectl palisade: --output: \"xml\" must be table, json, sarif, junit or github\nTry 'kubectl palisade lint --help'.\n",
        "lint",
        "-o",
        "xml"
    )]
    [InlineData(
        "kubectl palisade: --measure: \"maybe\" must be auto, always or never\nTry 'kubectl palisade lab --help'.\n",
        "lab",
        "-f",
        "x",
        "--measure",
        "maybe"
    )]
    [InlineData(
        "kubectl palisade: --kubernetes-version: \"new\" must be a version such as 1.36\nTry 'kubectl palisade lint --help'.\n",
        "lint",
        "--kubernetes-version",
        "new"
    )]
    [InlineData("kubectl palisade: Option '--filename' is required.\nTry 'kubectl palisade lab --help'.\n", "lab")]
    [InlineData("kubectl palisade: there is no option --nonsense\nTry 'kubectl palisade lab --help'.\n", "lab", "-f", "x", "--nonsense")]
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
