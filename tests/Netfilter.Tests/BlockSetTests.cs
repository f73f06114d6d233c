using System.Globalization;
using Palisade.Dataplane;
using Palisade.Dataplane.Tests.Support;
using Palisade.Policy.Net;
using Palisade.Testing;
using static Palisade.Dataplane.Tests.Support.ClusterBuilder;

namespace Palisade.Netfilter.Tests;

/// <summary>The blocks of one rule in the kernel's own sets.</summary>
[Collection(KernelTests.Name)]
public sealed class BlockSetTests : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await Shell.ResetAsync();

    public async ValueTask DisposeAsync() => await Shell.ResetAsync();

    [Theory]
    [InlineData(IpFamily.IPv4)]
    [InlineData(IpFamily.IPv6)]
    public async Task ApplyAsync_RandomBlocksWithExceptions_KernelHasExactlyTheirAddresses(IpFamily family)
    {
        var applier = new NetfilterApplier(new NetfilterOptions { Backend = NetfilterBackend.Nft });
        for (var seed = 1; seed <= 15; seed++)
        {
            var random = new Random(seed);
            var blocks = RandomBlock.Many(random, family, random.Next(2, 9));
            var expected = RandomBlock.Addresses(blocks);
            var ruleset = Compile(blocks.Select(block => block.ToModel()));

            await applier.ApplyAsync(ruleset, Shell.Cancelled);

            var rules = ruleset.Chains.SelectMany(chain => chain.Rules(family)).ToList();
            foreach (var address in RandomBlock.Edges(blocks, family))
            {
                var isIn = false;
                foreach (var rule in rules)
                {
                    isIn |= await MatchesAsync(rule, address);
                }

                isIn.ShouldBe(expected.Contains(address), $"{address}, seed {seed}");
            }
        }
    }

    [Theory]
    [InlineData(NetfilterBackend.Legacy)]
    [InlineData(NetfilterBackend.Nft)]
    public async Task ApplyAsync_FiveHundredBlocksWithAnExceptionEach_AreOneSetAndOneRule(NetfilterBackend backend)
    {
        var blocks = Enumerable
            .Range(0, 500)
            .Select(i => string.Create(CultureInfo.InvariantCulture, $"10.{100 + (i / 250)}.{i % 250}"))
            .Select(net => new V1IPBlock { Cidr = $"{net}.0/24", Except = [$"{net}.8/29"] });
        var applier = new NetfilterApplier(new NetfilterOptions { Backend = backend });

        await applier.ApplyAsync(Compile(blocks), Shell.Cancelled);

        var sets = (await Shell.RunAsync("ipset list -n")).Split('\n');
        var set = sets.Where(name => name.StartsWith("plsd4-c-", StringComparison.Ordinal)).ShouldHaveSingleItem();
        var save = backend == NetfilterBackend.Nft ? "iptables-nft-save" : "iptables-legacy-save";
        (await Shell.RunAsync($"{save} -t mangle")).Split('\n').Count(line => line.Contains(set, StringComparison.Ordinal)).ShouldBe(1);
        (await TestAsync(set, IpAddress.Parse("10.101.249.7"))).ShouldBeTrue();
        (await TestAsync(set, IpAddress.Parse("10.101.249.8"))).ShouldBeFalse("excepted");
        (await TestAsync(set, IpAddress.Parse("10.101.250.1"))).ShouldBeFalse("in no block");
    }

    private static async Task<bool> MatchesAsync(PolicyRule rule, IpAddress address) =>
        rule.Block?.Contains(address) != false
        && (rule.Sets is not [var lookup] || await TestAsync(lookup.Set, address) != lookup.IsNegated);

    private static async Task<bool> TestAsync(string set, IpAddress address) =>
        (await CommandResult.OfAsync("ipset", ["test", set, $"{address}"], Shell.Cancelled)).ExitCode == 0;

    private static Ruleset Compile(IEnumerable<V1IPBlock> blocks) =>
        PolicyCompiler.Compile(
            new ClusterBuilder()
                .Namespace("shop")
                .Pod("shop/db", "node-1", "10.244.1.11,fd00:10:244:1::11", "app=db")
                .Policy(
                    "shop/db",
                    spec =>
                    {
                        spec.PodSelector = Select("app=db");
                        spec.Ingress = [new() { FromProperty = [.. blocks.Select(block => new V1NetworkPolicyPeer { IpBlock = block })] }];
                    }
                )
                .Build(),
            "node-1",
            DataplaneOptions.Default
        );
}
