using System.Net;
using Palisade.Dataplane;
using Palisade.Dataplane.Tests.Support;
using Palisade.Lab;
using Palisade.Lab.Probes;
using Palisade.Netfilter.Conntrack;
using Palisade.Netfilter.Netlink;
using Palisade.Netfilter.Tests.Conntrack;
using Palisade.Policy;
using Palisade.Policy.Net;
using static Palisade.Dataplane.Tests.Support.ClusterBuilder;

namespace Palisade.Netfilter.Tests;

/// <summary>What becomes of open connections when a policy takes away what allowed them.</summary>
[Collection(KernelTests.Name)]
public sealed class RevocationTests
{
    [Theory]
    [InlineData(NetfilterBackend.Legacy, "10.244.1.11", ProbeProtocol.Tcp)]
    [InlineData(NetfilterBackend.Nft, "10.244.1.11", ProbeProtocol.Tcp)]
    [InlineData(NetfilterBackend.Nft, "fd00:10:244:1::11", ProbeProtocol.Tcp)]
    [InlineData(NetfilterBackend.Nft, "10.244.1.11", ProbeProtocol.Udp)]
    public async Task CutRevokedAsync_PolicyTightened_CutsWhatIsDeniedAndNothingElse(
        NetfilterBackend backend,
        string server,
        ProbeProtocol protocol
    )
    {
        var cluster = Shop(allowOther: true).Build();
        await using var lab = await NetworkLab.CreateAsync(Topology(), Shell.Cancelled);
        await using var serving = ProbeServer.Start(lab.Pods["shop/db"], (5432, ProbeProtocol.Tcp), (5432, ProbeProtocol.Udp));
        var applier = new NetfilterApplier(new NetfilterOptions { Backend = backend });
        var node = lab.Nodes["node-a"];
        await node.Network.RunAsync(() => applier.ApplyAsync(Compile(cluster), Shell.Cancelled));
        var target = new ProbeTarget(IPAddress.Parse(server), 5432, protocol);
        var prober = new Prober(new ProbeOptions { Timeout = TimeSpan.FromSeconds(5) });
        using var kept = await prober.OpenAsync(lab.Pods["shop/web"], target, Shell.Cancelled);
        using var revoked = await prober.OpenAsync(lab.Pods["shop/other"], target, Shell.Cancelled);
        using var remote = await prober.OpenAsync(lab.Pods["shop/api"], target, Shell.Cancelled);

        await node.Network.RunAsync(() => applier.ApplyAsync(Compile(Shop(allowOther: false).Build()), Shell.Cancelled));
        var cut = await node.Network.RunAsync(() => applier.CutRevokedAsync(Shell.Cancelled));

        cut.ShouldBe(2);
        (await kept.ExchangeAsync(Shell.Cancelled)).IsOpen.ShouldBeTrue();
        (await revoked.ExchangeAsync(Shell.Cancelled)).IsOpen.ShouldBeFalse();
        (await remote.ExchangeAsync(Shell.Cancelled)).IsOpen.ShouldBeFalse();
        (await node.Network.RunAsync(() => applier.CutRevokedAsync(Shell.Cancelled))).ShouldBeLessThanOrEqualTo(2);
        (await node.Network.RunAsync(() => applier.VerifyAsync(Shell.Cancelled))).Differences.ShouldBeEmpty();
        var restarted = new NetfilterApplier(new NetfilterOptions { Backend = backend });
        (
            await node.Network.RunAsync(() => restarted.ApplyAsync(Compile(Shop(allowOther: false).Build()), Shell.Cancelled))
        ).Changed.ShouldBeFalse();
    }

    [Fact]
    public async Task CutAsync_ConnectionThatWhatIsBeingWrittenAllows_IsLeft()
    {
        await using var lab = await NetworkLab.CreateAsync(Topology(), Shell.Cancelled);
        await using var serving = ProbeServer.Start(lab.Pods["shop/db"], (5432, ProbeProtocol.Tcp));
        var (applied, wanted) = (Compile(Shop(allowOther: false).Build()), Compile(Shop(allowOther: true).Build()));
        var node = lab.Nodes["node-a"].Network;
        // The kernel is there already, and the applier has not come back yet to say so.
        await node.RunAsync(() => new NetfilterApplier(new NetfilterOptions()).ApplyAsync(wanted, Shell.Cancelled));
        var target = new ProbeTarget(IPAddress.Parse("10.244.1.11"), 5432);
        using var open = await new Prober(new ProbeOptions { Timeout = TimeSpan.FromSeconds(5) }).OpenAsync(
            lab.Pods["shop/other"],
            target,
            Shell.Cancelled
        );
        var runner = new ToolRunner(new NetfilterOptions());

        var whileWriting = await node.RunAsync(() =>
            new Revocation(applied, () => wanted, runner, () => new NetlinkChannel()).CutAsync(IpFamily.IPv4, Shell.Cancelled)
        );
        var otherwise = await node.RunAsync(() =>
            new Revocation(applied, () => applied, runner, () => new NetlinkChannel()).CutAsync(IpFamily.IPv4, Shell.Cancelled)
        );

        (whileWriting, otherwise).ShouldBe((0, 1));
    }

    [Theory]
    [InlineData(Break.DoneWithError, "Input/output error")]
    [InlineData(Break.Interrupted, "Interrupted system call")]
    [InlineData(Break.NoBufferSpace, "No buffer space available")]
    [InlineData(Break.Truncated, "cut off")]
    public async Task CutAsync_ListOfConnectionsBreaksOff_IsNoSuccess(Break how, string reason)
    {
        await using var lab = await NetworkLab.CreateAsync(Topology(), Shell.Cancelled);
        await using var serving = ProbeServer.Start(lab.Pods["shop/db"], (5432, ProbeProtocol.Tcp));
        var (before, after) = (Compile(Shop(allowOther: true).Build()), Compile(Shop(allowOther: false).Build()));
        var node = lab.Nodes["node-a"].Network;
        await node.RunAsync(() => new NetfilterApplier(new NetfilterOptions()).ApplyAsync(before, Shell.Cancelled));
        var target = new ProbeTarget(IPAddress.Parse("10.244.1.11"), 5432);
        var prober = new Prober(new ProbeOptions { Timeout = TimeSpan.FromSeconds(5) });
        using var open = await prober.OpenAsync(lab.Pods["shop/other"], target, Shell.Cancelled);
        var runner = new ToolRunner(new NetfilterOptions());
        var lists = 0;

        var broken = await Should.ThrowAsync<NetfilterException>(() =>
            node.RunAsync(() =>
                new Revocation(after, () => after, runner, () => new BrokenChannel(how)).CutAsync(IpFamily.IPv4, Shell.Cancelled)
            )
        );
        using var again = await prober.OpenAsync(lab.Pods["shop/other"], target, Shell.Cancelled);
        var cut = await node.RunAsync(() =>
            new Revocation(after, () => after, runner, () => lists++ == 0 ? new BrokenChannel(how) : new NetlinkChannel()).CutAsync(
                IpFamily.IPv4,
                Shell.Cancelled
            )
        );

        broken.Message.ShouldContain(reason);
        cut.ShouldBeGreaterThan(0, "asked once more, and told all");
        lists.ShouldBeGreaterThan(1);
        (await node.RunAsync(() => ListAsync(after))).ShouldBe(0, "nothing that is denied is left");
    }

    [Fact]
    public async Task CutAsync_MoreConnectionsThanAreKeptAtOnce_CutsThemAll()
    {
        await using var lab = await NetworkLab.CreateAsync(Topology(), Shell.Cancelled);
        await using var serving = ProbeServer.Start(lab.Pods["shop/db"], (5432, ProbeProtocol.Udp));
        var (before, after) = (Compile(Shop(allowOther: true).Build()), Compile(Shop(allowOther: false).Build()));
        var node = lab.Nodes["node-a"].Network;
        await node.RunAsync(() => new NetfilterApplier(new NetfilterOptions()).ApplyAsync(before, Shell.Cancelled));
        var prober = new Prober(new ProbeOptions { Timeout = TimeSpan.FromSeconds(5) });
        for (var i = 0; i < 10; i++)
        {
            using var open = await prober.OpenAsync(
                lab.Pods["shop/other"],
                new ProbeTarget(IPAddress.Parse("10.244.1.11"), 5432, ProbeProtocol.Udp),
                Shell.Cancelled
            );
        }

        var cut = await node.RunAsync(() =>
            new Revocation(after, () => after, new ToolRunner(new NetfilterOptions()), () => new NetlinkChannel())
            {
                MaxAtOnce = 3,
            }.CutAsync(IpFamily.IPv4, Shell.Cancelled)
        );

        cut.ShouldBe(10);
        (await node.RunAsync(() => ListAsync(after))).ShouldBe(0);
    }

    /// <summary>How many connections the kernel tracks that the ruleset denies.</summary>
    private static async Task<int> ListAsync(Ruleset ruleset)
    {
        using var table = new ConntrackTable();
        var judge = new ConnectionJudge(ruleset);
        var listing = await table.ListAsync(IpFamily.IPv4, flow => !judge.Allows(flow), int.MaxValue, Shell.Cancelled);
        listing.Failure.ShouldBeNull();
        return listing.Flows.Count;
    }

    private static Ruleset Compile(ClusterSnapshot cluster) => PolicyCompiler.Compile(cluster, "node-a", DataplaneOptions.Default);

    private static LabTopology Topology() =>
        LabTopology.From(Shop(allowOther: true).Build() with { Nodes = [Node("node-a", 1), Node("node-b", 2)] });

    private static NodeFacts Node(string name, int number)
    {
        ValueArray<IpAddress> addresses = [IpAddress.Parse($"192.168.50.{number}"), IpAddress.Parse($"fd00:192:168:50::{number}")];
        return new()
        {
            Name = name,
            PodRanges = [Cidr.Parse($"10.244.{number}.0/24"), Cidr.Parse($"fd00:10:244:{number}::/64")],
            Addresses = addresses,
            InternalAddresses = addresses,
        };
    }

    private static ClusterBuilder Shop(bool allowOther) =>
        new ClusterBuilder()
            .Namespace("shop")
            .Pod("shop/db", "node-a", "10.244.1.11,fd00:10:244:1::11", "app=db")
            .Pod("shop/web", "node-a", "10.244.1.12,fd00:10:244:1::12", "app=web")
            .Pod("shop/other", "node-a", "10.244.1.13,fd00:10:244:1::13", "app=other")
            .Pod("shop/api", "node-b", "10.244.2.11,fd00:10:244:2::11", "app=other")
            .Policy(
                "shop/db",
                spec =>
                {
                    spec.PodSelector = Select("app=db");
                    spec.Ingress = [new() { FromProperty = [new() { PodSelector = allowOther ? new() : Select("app=web") }] }];
                }
            );
}
