using Palisade.Dataplane;
using Palisade.Dataplane.Tests.Support;
using static Palisade.Dataplane.Tests.Support.ClusterBuilder;

namespace Palisade.Netfilter.Tests;

[Collection(KernelTests.Name)]
public sealed class NetfilterApplierTests : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await Shell.ResetAsync();

    public async ValueTask DisposeAsync() => await Shell.ResetAsync();

    [Theory]
    [InlineData(NetfilterBackend.Legacy)]
    [InlineData(NetfilterBackend.Nft)]
    public async Task ApplyAsync_SecondTime_WritesNothing(NetfilterBackend backend)
    {
        var ruleset = Compile(Shop());
        var first = await Applier(backend).ApplyAsync(ruleset, Shell.Cancelled);
        first.Changed.ShouldBeTrue();

        var applier = Applier(backend);
        var second = await applier.ApplyAsync(ruleset, Shell.Cancelled);
        var third = await applier.ApplyAsync(ruleset, Shell.Cancelled);

        second.Changed.ShouldBeFalse(second.ToString());
        third.Changed.ShouldBeFalse();
        (await applier.VerifyAsync(Shell.Cancelled)).Differences.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(NetfilterBackend.Legacy)]
    [InlineData(NetfilterBackend.Nft)]
    public async Task CleanupAsync_AfterApply_LeavesOnlyWhatWasThereBefore(NetfilterBackend backend)
    {
        await AddForeignAsync(backend);
        var before = await Shell.DumpAsync();

        await Applier(backend).ApplyAsync(Compile(Shop()), Shell.Cancelled);
        var during = await Shell.DumpAsync();
        var result = await Applier(backend).CleanupAsync(Shell.Cancelled);
        var after = await Shell.DumpAsync();

        during.ShouldContain("PLSD-FWD");
        during.ShouldContain("-A FORWARD -s 192.0.2.1/32 -j ACCEPT");
        during.ShouldContain("add foreign 192.0.2.7");
        after.ShouldBe(before);
        result.PendingDestroys.ShouldBe(0);
    }

    [Theory]
    [InlineData(NetfilterBackend.Legacy)]
    [InlineData(NetfilterBackend.Nft)]
    public async Task ApplyAsync_PodOfKnownClassAdded_WritesNoRules(NetfilterBackend backend)
    {
        var applier = Applier(backend);
        await applier.ApplyAsync(Compile(Shop()), Shell.Cancelled);

        var result = await applier.ApplyAsync(
            Compile(Shop().Pod("shop/web-2", "node-a", "10.244.1.12,fd00:10:244:1::12", "app=web")),
            Shell.Cancelled
        );

        result.ChainsChanged.ShouldBe(0);
        result.SetEntriesChanged.ShouldBeGreaterThan(0);
        (await applier.VerifyAsync(Shell.Cancelled)).Differences.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(UnknownPods.Allow, true)]
    [InlineData(UnknownPods.Deny, false)]
    public async Task ApplyAsync_PodBecomesKnown_IsATighteningWhereItWasOpenBefore(UnknownPods unknownPods, bool tightens)
    {
        var options = DataplaneOptions.Default with { UnknownPods = unknownPods };
        var applier = Applier(NetfilterBackend.Nft);
        await applier.ApplyAsync(PolicyCompiler.Compile(Shop().Build(), "node-a", options), Shell.Cancelled);
        var cluster = Shop().Pod("shop/web-2", "node-a", "10.244.1.12,fd00:10:244:1::12", "app=web").Build();

        var result = await applier.ApplyAsync(PolicyCompiler.Compile(cluster, "node-a", options), Shell.Cancelled);

        result.Tightened.ShouldBe(tightens);
    }

    [Theory]
    [InlineData("-exist add plsd4-in 10.244.1.11")]
    [InlineData("-exist add plsd4-in 10.244.1.11 skbmark 0x5000000/0xffffffff")]
    [InlineData("add plsd4-eg 192.0.2.1")]
    [InlineData("add plsd4-n-? 192.0.2.1,icmp:8/0")]
    [InlineData("add plsd4-n-? 192.0.2.1,udplite:80")]
    public async Task VerifyAsync_SetHasWhatTheLayoutNeverPutsThere_IsRepaired(string command)
    {
        var applier = Applier(NetfilterBackend.Nft);
        await applier.ApplyAsync(Compile(Shop()), Shell.Cancelled);
        var before = await EntriesAsync();
        var named = string.Join(' ', before).Split(' ').First(word => word.StartsWith("plsd4-n-", StringComparison.Ordinal));

        await Shell.RunAsync("ipset " + command.Replace("plsd4-n-?", named, StringComparison.Ordinal));
        (await applier.VerifyAsync(Shell.Cancelled)).IsIntact.ShouldBeFalse();
        await applier.ApplyAsync(Compile(Shop()), Shell.Cancelled);

        (await applier.VerifyAsync(Shell.Cancelled)).Differences.ShouldBeEmpty();
        (await EntriesAsync()).ShouldBe(before);
    }

    private static async Task<IEnumerable<string>> EntriesAsync() =>
        (await Shell.RunAsync("ipset save"))
            .Split('\n')
            .Where(line => line.StartsWith("add ", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .ToArray();

    private static async Task AddForeignAsync(NetfilterBackend backend)
    {
        var program = backend == NetfilterBackend.Legacy ? "iptables-legacy" : "iptables-nft";
        await Shell.RunAsync($"{program} -w -A FORWARD -s 192.0.2.1 -j ACCEPT");
        await Shell.RunAsync($"{program} -w -t mangle -N FOREIGN");
        await Shell.RunAsync($"{program} -w -t mangle -A FORWARD -j FOREIGN");
        await Shell.RunAsync("ipset create foreign hash:ip");
        await Shell.RunAsync("ipset add foreign 192.0.2.7");
    }

    private static NetfilterApplier Applier(NetfilterBackend backend) => new(new NetfilterOptions { Backend = backend });

    private static Ruleset Compile(ClusterBuilder cluster) => PolicyCompiler.Compile(cluster.Build(), "node-a", DataplaneOptions.Default);

    private static ClusterBuilder Shop() =>
        new ClusterBuilder()
            .Namespace("shop", "team=shop")
            .Pod("shop/web", "node-a", "10.244.1.10,fd00:10:244:1::10", "app=web")
            .Pod("shop/db", "node-a", "10.244.1.11,fd00:10:244:1::11", "app=db", new V1ContainerPort { Name = "pg", ContainerPort = 5432 })
            .Pod("shop/api", "node-b", "10.244.2.10,fd00:10:244:2::10", "app=api")
            .Policy(
                "shop/db",
                spec =>
                {
                    spec.PodSelector = Select("app=db");
                    spec.Ingress = [new() { FromProperty = [new() { PodSelector = Select("app=api") }], Ports = [new() { Port = "pg" }] }];
                }
            )
            .Policy(
                "shop/web",
                spec =>
                {
                    spec.PodSelector = Select("app=web");
                    spec.PolicyTypes = ["Ingress", "Egress"];
                    spec.Ingress =
                    [
                        new()
                        {
                            FromProperty =
                            [
                                new()
                                {
                                    IpBlock = new() { Cidr = "0.0.0.0/0", Except = ["10.0.0.0/8"] },
                                },
                            ],
                            Ports = [new() { Port = 80 }],
                        },
                    ];
                    spec.Egress =
                    [
                        new()
                        {
                            To = [new() { NamespaceSelector = new() }],
                            Ports = [.. Enumerable.Range(1, 20).Select(i => new V1NetworkPolicyPort { Port = i * 100 })],
                        },
                        new() { Ports = [new() { Port = 53, Protocol = "UDP" }] },
                    ];
                }
            );
}
