namespace Palisade.Cli.Tests.Rules;

public sealed class RulesCommandTests
{
    [Fact]
    public async Task Rules_Shop_MatchesTheGoldenFile()
    {
        var run = await CliRun.RunAsync("rules", "--node", "node-1", "-f", Samples.Shop);

        run.Error.ShouldBeEmpty();
        run.ExitCode.ShouldBe(ExitCode.Clean);
        Golden.ShouldMatch(run.Output, "rules/shop.golden");
    }

    [Fact]
    public async Task Rules_EveryPolicyChain_NamesItsPolicies()
    {
        var lines = (await CliRun.RunAsync("rules", "--node", "node-1", "-f", Samples.Shop)).Output.Split('\n');

        var first = lines
            .Select((line, i) => (Chain: Chain(line), Before: i == 0 ? "" : lines[i - 1]))
            .Where(item =>
                item.Chain.StartsWith("PLSD-IP", StringComparison.Ordinal) || item.Chain.StartsWith("PLSD-EP", StringComparison.Ordinal)
            )
            .Where(item => Chain(item.Before) != item.Chain)
            .ToList();
        first.ShouldNotBeEmpty();
        first.ShouldAllBe(item => item.Before.StartsWith("# ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rules_UnknownNode_NamesThoseThereAre()
    {
        var run = await CliRun.RunAsync("rules", "--node", "x", "-f", Samples.Shop);

        run.ShouldBe(new CliRun(ExitCode.Usage, "", "kubectl palisade: --node: there is no node x; there are node-1, node-2\n"));
    }

    [Fact]
    public async Task Rules_KernelWithoutThem_ShowsWhatIsMissing()
    {
        var run = await CliRun.RunAsync("rules", "--node", "node-1", "-f", Samples.Shop, "--kernel");

        run.ExitCode.ShouldBe(ExitCode.Findings, run.Error);
        run.Output.ShouldContain("PLSD-FWD");
    }

    private static string Chain(string line) => line.StartsWith("-A ", StringComparison.Ordinal) ? line.Split(' ')[1] : "";
}
