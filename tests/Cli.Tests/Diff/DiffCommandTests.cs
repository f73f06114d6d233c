namespace Palisade.Cli.Tests.Diff;

public sealed class DiffCommandTests
{
    private const string Old = "config/samples/shop/policies.yaml";
    private const string New = "config/samples/shop-change/policies.yaml";
    private static readonly string[] Common = ["-f", "config/samples/shop/namespaces.yaml", "-f", "config/samples/shop/pods.yaml"];

    [Theory]
    [InlineData("table", "txt")]
    [InlineData("markdown", "markdown")]
    [InlineData("json", "json")]
    public async Task Diff_Shop_MatchesTheGoldenFile(string format, string extension)
    {
        var run = await CliRun.RunAsync(["diff", Old, New, .. Common, "-o", format]);

        run.Error.ShouldBeEmpty();
        run.ExitCode.ShouldBe(ExitCode.Findings);
        Golden.ShouldMatch(run.Output, $"diff/shop.{extension}");
    }

    [Fact]
    public async Task Diff_FirstPolicies_SpeaksOfNamespacesAndOfEverybody()
    {
        var run = await CliRun.RunWithInputAsync(
            "{apiVersion: v1, kind: Namespace, metadata: {name: other}}",
            ["diff", "-", Old, .. Common]
        );

        run.Output.Split('\n').ShouldAllBe(line => line.Length <= 80);
        Golden.ShouldMatch(run.Output, "diff/first-policies.txt");
        run.ExitCode.ShouldBe(ExitCode.Clean, "it only closes");
    }

    [Fact]
    public async Task Diff_TheSame_SaysSoAndExits0()
    {
        var run = await CliRun.RunAsync(["diff", Old, Old, .. Common]);

        run.ShouldBe(new CliRun(ExitCode.Clean, "The same connections are allowed.\n", ""));
    }

    [Fact]
    public async Task Diff_NoWorkloads_SaysWhatToDo()
    {
        var run = await CliRun.RunAsync("diff", Old, New);

        run.ExitCode.ShouldBe(ExitCode.Usage);
        run.Error.ShouldContain($"{Old}: no pods or workloads, so there are no connections to compare; give their manifests by -f\n");
    }
}
