using System.Net;
using Palisade.Dataplane;
using Palisade.Dataplane.Tests.Support;
using Palisade.Lab;
using Palisade.Lab.Probes;
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
            new Revocation(applied, () => wanted, runner).CutAsync(IpFamily.IPv4, Shell.Cancelled)
        );
        var otherwise = await node.RunAsync(() => new Revocation(applied, () => applied, runner).CutAsync(IpFamily.IPv4, Shell.Cancelled));

        (whileWriting, otherwise).ShouldBe((0, 1));
    }

    private static Ruleset Compile(Palisade.Policy.ClusterSnapshot cluster) =>
        PolicyCompiler.Compile(cluster, "node-a", DataplaneOptions.Default);

    private static LabTopology Topology() =>
        LabTopology.From(Shop(allowOther: true).Build() with { Nodes = [Node("node-a", 1), Node("node-b", 2)] });

    private static Palisade.Models.V1Node Node(string name, int number) =>
        new()
        {
            Metadata = new() { Name = name },
            Spec = new() { PodCIDRs = [$"10.244.{number}.0/24", $"fd00:10:244:{number}::/64"] },
            Status = new()
            {
                Addresses =
                [
                    new() { Type = "InternalIP", Address = $"192.168.50.{number}" },
                    new() { Type = "InternalIP", Address = $"fd00:192:168:50::{number}" },
                ],
            },
        };

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
