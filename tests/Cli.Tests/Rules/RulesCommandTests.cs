using Palisade.Cli.Input;
using Palisade.Dataplane;
using Palisade.Netfilter;

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

    [Fact]
    public async Task Rules_KernelWithThem_SaysSoOfTheirNodeOnly()
    {
        var token = TestContext.Current.CancellationToken;
        var console = new CliConsole(TextReader.Null, CliConsole.Create(TextWriter.Null, colourless: true), TextWriter.Null);
        var cluster = await LoadedCluster.LoadAsync(new InputSelection([Samples.Shop]), console, token);
        var options = new NetfilterOptions();
        var offered = await NetfilterProbe.RunAsync(options, token);
        var ruleset = PolicyCompiler.Compile(cluster!.Snapshot, "node-1", offered.Adapt(DataplaneOptions.Default));
        var applier = new NetfilterApplier(options);
        string[] command = ["rules", "--node", "node-1", "-f", Samples.Shop, "--kernel"];
        try
        {
            await applier.ApplyAsync(ruleset, token);

            (await CliRun.RunAsync(command)).ShouldBe(new CliRun(ExitCode.Clean, "The kernel holds exactly these rules.\n", ""));

            var other = await CliRun.RunAsync([.. command[..2], "node-2", .. command[3..]]);
            other.ExitCode.ShouldBe(ExitCode.Findings, other.Error);
        }
        finally
        {
            await applier.CleanupAsync(CancellationToken.None);
        }
    }

    private static string Chain(string line) => line.StartsWith("-A ", StringComparison.Ordinal) ? line.Split(' ')[1] : "";
}
