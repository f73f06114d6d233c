using Palisade.Dataplane;
using Palisade.Dataplane.Tests.Support;
using Palisade.Policy;
using static Palisade.Dataplane.Tests.Support.ClusterBuilder;

namespace Palisade.Netfilter.Tests;

/// <summary>More rules in one transaction than any node should need.</summary>
[Collection(KernelTests.Name)]
public sealed class LargeRulesetTests : IAsyncLifetime
{
    private const int Pods = 200;
    private const int Peers = 100;

    public async ValueTask InitializeAsync() => await Shell.ResetAsync();

    public async ValueTask DisposeAsync() => await Shell.ResetAsync();

    [Fact]
    public async Task ApplyAsync_TwentyThousandRulesLegacy_AreWrittenAndChangedAtOnce()
    {
        var applier = new NetfilterApplier(new NetfilterOptions { Backend = NetfilterBackend.Legacy });

        await applier.ApplyAsync(Compile(port: 80), Shell.Cancelled);
        CountOf(await Shell.RunAsync("iptables-legacy-save -t mangle")).ShouldBe(Pods * Peers);
        await applier.ApplyAsync(Compile(port: 1080), Shell.Cancelled);

        CountOf(await Shell.RunAsync("ip6tables-legacy-save -t mangle")).ShouldBe(Pods * Peers);
        (await applier.VerifyAsync(Shell.Cancelled)).Differences.ShouldBeEmpty();
    }

    [Fact]
    public async Task ApplyAsync_TwentyThousandRulesNft_AreWrittenOrRefusedAsAWhole()
    {
        var applier = new NetfilterApplier(new NetfilterOptions { Backend = NetfilterBackend.Nft });
        await applier.ApplyAsync(Few(), Shell.Cancelled);
        var before = await Shell.RunAsync("iptables-nft-save -t mangle");
        try
        {
            await applier.ApplyAsync(Compile(port: 80), Shell.Cancelled);
        }
        catch (NetfilterException e)
        {
            // Inside a user namespace the kernel limits what one message may hold; outside it does not.
            e.Message.ShouldContain("Message too long");
            (await File.ReadAllTextAsync("/proc/self/uid_map", Shell.Cancelled)).ShouldNotContain("4294967295");
            RulesOf(await Shell.RunAsync("iptables-nft-save -t mangle")).ShouldBe(RulesOf(before));
            return;
        }

        CountOf(await Shell.RunAsync("iptables-nft-save -t mangle")).ShouldBe(Pods * Peers);
        (await applier.VerifyAsync(Shell.Cancelled)).Differences.ShouldBeEmpty();
    }

    private static int CountOf(string saved) =>
        RulesOf(saved)
            .Count(rule =>
                rule.StartsWith("-A PLSD-IP", StringComparison.Ordinal) && rule.Contains("--match-set", StringComparison.Ordinal)
            );

    private static IEnumerable<string> RulesOf(string saved) =>
        saved.Split('\n').Where(line => line.StartsWith("-A", StringComparison.Ordinal));

    private static Ruleset Few() => Compile(Node(1).Build());

    private static Ruleset Compile(int port)
    {
        var cluster = Node(Pods);
        for (var i = 0; i < Pods; i++)
        {
            var pod = i;
            cluster.Policy(
                $"shop/p{pod}",
                spec =>
                {
                    spec.PodSelector = Select($"n=p{pod}");
                    spec.Ingress =
                    [
                        new()
                        {
                            FromProperty =
                            [
                                .. Enumerable.Range(0, Peers).Select(i => new V1NetworkPolicyPeer { PodSelector = Select($"app=a{i}") }),
                            ],
                            Ports = [new() { Port = port + pod }],
                        },
                    ];
                }
            );
        }

        return Compile(cluster.Build());
    }

    private static ClusterBuilder Node(int pods)
    {
        var cluster = new ClusterBuilder().Namespace("shop");
        for (var i = 0; i < pods; i++)
        {
            cluster.Pod($"shop/p{i}", "node-a", $"10.244.1.{i + 2},fd00:10:244:1::{i + 2:x}", $"n=p{i}");
        }

        return cluster;
    }

    private static Ruleset Compile(ClusterSnapshot cluster) => PolicyCompiler.Compile(cluster, "node-a", DataplaneOptions.Default);
}
