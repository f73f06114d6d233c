using System.Net;
using System.Net.Sockets;
using Palisade.Dataplane;
using Palisade.Dataplane.Tests.Support;
using Palisade.Lab;
using Palisade.Policy.Net;

namespace Palisade.Netfilter.Tests;

/// <summary>
/// A bridge of the node that has nothing to do with pods, such as one for virtual machines: what its hosts say to each other by link-local
/// addresses (DHCPv6, routing and failover protocols) is none of the agent's business.
/// </summary>
[Collection(KernelTests.Name)]
public sealed class ForeignBridgeTests
{
    private const int Few = 20;
    private const int Many = 400;

    [Theory]
    [InlineData(NetfilterBackend.Legacy)]
    [InlineData(NetfilterBackend.Nft)]
    public async Task ApplyAsync_HostsOfAForeignBridge_KeepTheirLinkLocalAddressesAndPodsDoNot(NetfilterBackend backend)
    {
        await using var bridge = await ForeignBridge.CreateAsync(await LabAsync(), "192.168.122.1/24");
        var (lab, node) = (bridge.Lab, bridge.Node);
        var applier = new NetfilterApplier(new NetfilterOptions { Backend = backend });
        (await HearsAsync(bridge.First, bridge.Second)).ShouldBeTrue();
        (await HearsAsync(lab.Pods["shop/web"].Network, lab.Pods["shop/db"].Network)).ShouldBeTrue();

        await node.RunAsync(() => ApplyAndCutAsync(applier));

        (await HearsAsync(bridge.First, bridge.Second)).ShouldBeTrue();
        (await HearsAsync(lab.Pods["shop/web"].Network, lab.Pods["shop/db"].Network, Few)).ShouldBeFalse();

        // The bridge becomes the pods' too.
        await bridge.RunAsync("addr add 10.244.1.129/25 dev virbr0");
        await node.RunAsync(() => ApplyAndCutAsync(applier));

        (await HearsAsync(bridge.First, bridge.Second, Few)).ShouldBeFalse();
    }

    [Fact]
    public async Task ApplyAsync_BridgeThatAppearsLater_IsTakenForThePodsUntilItIsSeenToBeForeign()
    {
        await using var bridge = await ForeignBridge.CreateAsync(await LabAsync(), address: null);
        var applier = new NetfilterApplier(new NetfilterOptions { Backend = NetfilterBackend.Nft });
        await bridge.Node.RunAsync(() => ApplyAndCutAsync(applier));

        (await HearsAsync(bridge.First, bridge.Second, Few)).ShouldBeFalse("a bridge without an address");

        await bridge.RunAsync("addr add 192.168.122.1/24 dev virbr0");
        (await HearsAsync(bridge.First, bridge.Second, Few)).ShouldBeFalse("nobody looked at it yet");
        await bridge.Node.RunAsync(() => ApplyAndCutAsync(applier));

        (await HearsAsync(bridge.First, bridge.Second)).ShouldBeTrue();
    }

    [Theory]
    [InlineData("192.168.122.1/24", "10.244.1.0/24", true)]
    [InlineData("fd00:99::1/64", "10.244.1.0/24", true)]
    [InlineData("10.244.1.1/24", "10.244.1.0/24", false)]
    [InlineData("10.244.1.65/26", "10.244.1.0/24", false)]
    [InlineData("10.0.0.1/8", "10.244.1.0/24", false)]
    [InlineData("172.20.0.1/16", "10.244.1.0/24", false)] // The address of a pod, though not of the node's range.
    [InlineData("192.168.122.1/24", null, false)]
    public async Task Adapt_BridgeWithANetwork_IsForeignWhenNoPodCanBeInIt(string address, string? podRange, bool expected)
    {
        await using var bridge = await ForeignBridge.CreateAsync(await LabAsync(), address);

        var ruleset = await bridge.Node.RunAsync(() => Task.FromResult(NodeNetwork.Adapt(Compile(podRange))));

        ruleset.ForeignBridges.Contains("virbr0").ShouldBe(expected);
        ruleset.ForeignBridges.ShouldNotContain("cni0");
        (await bridge.Node.RunAsync(() => Task.FromResult(NodeNetwork.Adapt(ruleset)))).ShouldBe(ruleset);
    }

    private static Ruleset Compile(string? podRange)
    {
        var cluster = new ClusterBuilder()
            .Namespace("shop")
            .Pod("shop/db", "node-1", "10.244.1.11")
            .Pod("shop/web", "node-1", "10.244.1.12")
            .Pod("shop/elsewhere", "node-1", "172.20.0.7")
            .Policy("shop/deny", spec => spec.PolicyTypes = ["Ingress"])
            .Build();
        return PolicyCompiler.Compile(
            cluster with
            {
                Nodes = podRange is null ? [] : [new() { Name = "node-1", PodRanges = [Cidr.Parse(podRange)] }],
            },
            "node-1",
            DataplaneOptions.Default
        );
    }

    private static async Task<bool> ApplyAndCutAsync(NetfilterApplier applier)
    {
        await applier.ApplyAsync(NodeNetwork.Adapt(Compile("10.244.1.0/24")), Shell.Cancelled);
        await applier.CutRevokedAsync(Shell.Cancelled);
        return (await applier.VerifyAsync(Shell.Cancelled)).IsIntact;
    }

    private static Task<NetworkLab> LabAsync() =>
        NetworkLab.CreateAsync(
            new LabTopology
            {
                Nodes = LabTopology.MakeNodes(1),
                Pods =
                [
                    new("shop", "db", "node-1", [IPAddress.Parse("10.244.1.11")]),
                    new("shop", "web", "node-1", [IPAddress.Parse("10.244.1.12")]),
                ],
            },
            Shell.Cancelled
        );

    /// <summary>Whether a datagram from one link-local address to the other arrives; sent again and again, since the first may be lost.</summary>
    private static async Task<bool> HearsAsync(NetworkNamespace from, NetworkNamespace to, int tries = Many)
    {
        var (own, other) = (await LinkAddress.OfAsync(from), await LinkAddress.OfAsync(to));
        using var client = from.CreateSocket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp);
        using var server = to.CreateSocket(AddressFamily.InterNetworkV6, SocketType.Dgram, ProtocolType.Udp);
        server.Bind(new IPEndPoint(other, 0));
        var target = new IPEndPoint(new IPAddress(other.GetAddressBytes(), own.ScopeId), ((IPEndPoint)server.LocalEndPoint!).Port);
        for (var i = 0; i < tries; i++)
        {
            client.SendTo([1], target);
            if (server.Poll(TimeSpan.FromMilliseconds(50), SelectMode.SelectRead))
            {
                return true;
            }
        }
        return false;
    }
}
