using System.Net;
using System.Net.Sockets;
using Palisade.Dataplane;
using Palisade.Dataplane.Tests.Support;
using Palisade.Lab;
using Palisade.Policy;
using Palisade.Policy.Net;

namespace Palisade.Netfilter.Tests;

/// <summary>
/// ICMPv6 runs a link, and none of it may carry data between isolated pods of different links, or be a way around policies on one: each message
/// here has a payload of its own by which the receiver knows it.
/// </summary>
[Collection(KernelTests.Name)]
public sealed class NeighbourDiscoveryTests
{
    private const byte EchoRequest = 128;
    private const byte ListenerReport = 143;
    private const byte RouterSolicitation = 133;
    private const byte RouterAdvertisement = 134;
    private const byte NeighbourSolicitation = 135;
    private const byte NeighbourAdvertisement = 136;
    private const byte Redirect = 137;

    [Theory]
    [InlineData(NetfilterBackend.Legacy)]
    [InlineData(NetfilterBackend.Nft)]
    public async Task ApplyAsync_NeighbourSolicitationIsRouted_IsRefused(NetfilterBackend backend)
    {
        await using var lab = await CreateLabAsync();
        using var mail = new Icmp(lab.Pods["shop/web"].Network, lab.Pods["shop/api"].Network);
        var (own, api) = (IPAddress.Parse("fd00:10:244:1::12"), IPAddress.Parse("fd00:10:244:2::11"));
        mail.Arrives(own, api, NeighbourSolicitation, hopLimit: 255).ShouldBeTrue("without rules");

        await ApplyAsync(lab, backend, DataplaneOptions.Default);

        mail.Arrives(own, api, NeighbourSolicitation, hopLimit: 255).ShouldBeFalse();
        mail.Arrives(own, api, NeighbourAdvertisement, hopLimit: 255).ShouldBeFalse();
        mail.Arrives(own, api, NeighbourAdvertisement, hopLimit: 64).ShouldBeFalse();
    }

    [Theory]
    [InlineData(NetfilterBackend.Legacy)]
    [InlineData(NetfilterBackend.Nft)]
    public async Task ApplyAsync_NeighbourDiscoveryOfABridge_GoesOnAndOnlyIt(NetfilterBackend backend)
    {
        await using var lab = await CreateLabAsync();
        var (web, db) = (lab.Pods["shop/web"].Network, lab.Pods["shop/db"].Network);
        var (webLink, dbLink) = (await LinkAddress.OfAsync(web), await LinkAddress.OfAsync(db));
        using var mail = new Icmp(web, db);
        var (own, other) = (IPAddress.Parse("fd00:10:244:1::12"), IPAddress.Parse("fd00:10:244:1::11"));
        var linkOfDb = new IPAddress(dbLink.GetAddressBytes(), webLink.ScopeId);
        var allNodes = new IPAddress(IPAddress.Parse("ff02::1").GetAddressBytes(), webLink.ScopeId);

        await ApplyAsync(lab, backend, DataplaneOptions.Default);

        mail.Arrives(own, other, NeighbourSolicitation, hopLimit: 255).ShouldBeTrue("solicitation");
        mail.Arrives(own, other, NeighbourAdvertisement, hopLimit: 255).ShouldBeTrue("advertisement");
        mail.Arrives(webLink, linkOfDb, NeighbourSolicitation, hopLimit: 255).ShouldBeTrue("solicitation of a link-local address");
        mail.Arrives(webLink, allNodes, RouterSolicitation, hopLimit: 255).ShouldBeTrue("router solicitation");
        mail.Arrives(webLink, allNodes, ListenerReport, hopLimit: 1).ShouldBeTrue("listener report");
        mail.Arrives(own, other, NeighbourSolicitation, hopLimit: 64).ShouldBeFalse("as if it had been routed");
        mail.Arrives(own, other, EchoRequest, hopLimit: 64).ShouldBeFalse("echo");
        foreach (var type in (byte[])[EchoRequest, RouterAdvertisement, Redirect, 1, 200])
        {
            mail.Arrives(webLink, linkOfDb, type, hopLimit: 255).ShouldBeFalse($"type {type} to a link-local address");
            mail.Arrives(webLink, allNodes, type, hopLimit: 255).ShouldBeFalse($"type {type} to all nodes of the link");
            mail.Arrives(own, allNodes, type, hopLimit: 255).ShouldBeFalse($"type {type} to all nodes of the link, from a routed address");
        }
    }

    [Theory]
    [InlineData(NetfilterBackend.Legacy)]
    [InlineData(NetfilterBackend.Nft)]
    public async Task ApplyAsync_RulesOfAnEarlierVersion_AreReplaced(NetfilterBackend backend)
    {
        await using var lab = await CreateLabAsync();
        await ApplyAsync(lab, backend, DataplaneOptions.Default);
        var node = lab.Nodes["node-a"].Network;
        var program = backend == NetfilterBackend.Nft ? "ip6tables-nft" : "ip6tables-legacy";
        Task<string> SaveAsync() => node.RunAsync(() => Shell.RunAsync($"{program}-save -t mangle"));
        var rules = (await SaveAsync()).Split('\n').Where(line => line.StartsWith("-A PLSD-FWD ", StringComparison.Ordinal));
        var earlier = string.Join('\n', rules)
            .Replace(" -m hl --hl-eq 255", "", StringComparison.Ordinal)
            .Replace("plsd:", "plsd:aaaa", StringComparison.Ordinal);
        await node.RunAsync(() => Shell.RunAsync($"{program}-restore -w --noflush", $"*mangle\n:PLSD-FWD - [0:0]\n{earlier}\nCOMMIT\n"));
        (await SaveAsync()).ShouldNotContain("hl-eq");

        await ApplyAsync(lab, backend, DataplaneOptions.Default);

        (await SaveAsync()).Split('\n').Count(line => line.Contains("-m hl --hl-eq 255", StringComparison.Ordinal)).ShouldBe(2);
        using var mail = new Icmp(lab.Pods["shop/web"].Network, lab.Pods["shop/api"].Network);
        mail.Arrives(IPAddress.Parse("fd00:10:244:1::12"), IPAddress.Parse("fd00:10:244:2::11"), NeighbourSolicitation, hopLimit: 255)
            .ShouldBeFalse();
    }

    [Fact]
    public async Task ApplyAsync_KernelWithoutHopLimitMatch_RefusesWhatWasRoutedAllTheSame()
    {
        await using var lab = await CreateLabAsync();
        using var routed = new Icmp(lab.Pods["shop/web"].Network, lab.Pods["shop/api"].Network);
        using var bridged = new Icmp(lab.Pods["shop/web"].Network, lab.Pods["shop/db"].Network);
        var own = IPAddress.Parse("fd00:10:244:1::12");
        var (api, db) = (IPAddress.Parse("fd00:10:244:2::11"), IPAddress.Parse("fd00:10:244:1::11"));

        await ApplyAsync(lab, NetfilterBackend.Nft, DataplaneOptions.Default with { HopLimit = HopLimitMatch.Bpf });
        routed.Arrives(own, api, NeighbourSolicitation, hopLimit: 255).ShouldBeFalse();
        bridged.Arrives(own, db, NeighbourSolicitation, hopLimit: 255).ShouldBeTrue();
        bridged.Arrives(own, db, NeighbourSolicitation, hopLimit: 64).ShouldBeFalse();

        await ApplyAsync(lab, NetfilterBackend.Nft, DataplaneOptions.Default with { HopLimit = HopLimitMatch.None });
        routed.Arrives(own, api, NeighbourSolicitation, hopLimit: 255).ShouldBeFalse();
        bridged.Arrives(own, db, NeighbourSolicitation, hopLimit: 255).ShouldBeFalse();
    }

    private static async Task ApplyAsync(NetworkLab lab, NetfilterBackend backend, DataplaneOptions options)
    {
        foreach (var (name, node) in lab.Nodes)
        {
            var applier = new NetfilterApplier(new NetfilterOptions { Backend = backend });
            await node.Network.RunAsync(() => applier.ApplyAsync(PolicyCompiler.Compile(Cluster(), name, options), Shell.Cancelled));
        }
    }

    private static Task<NetworkLab> CreateLabAsync() => NetworkLab.CreateAsync(LabTopology.From(Cluster()), Shell.Cancelled);

    private static ClusterSnapshot Cluster() =>
        new ClusterBuilder()
            .Namespace("shop")
            .Pod("shop/db", "node-a", "10.244.1.11,fd00:10:244:1::11")
            .Pod("shop/web", "node-a", "10.244.1.12,fd00:10:244:1::12")
            .Pod("shop/api", "node-b", "10.244.2.11,fd00:10:244:2::11")
            .Policy("shop/deny", spec => spec.PolicyTypes = ["Ingress", "Egress"])
            .Build() with
        {
            Nodes = [Node("node-a", 1), Node("node-b", 2)],
        };

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

    /// <summary>ICMPv6 messages from one pod to another.</summary>
    private sealed class Icmp(NetworkNamespace from, NetworkNamespace to) : IDisposable
    {
        // linux/in6.h
        private const int LevelIPv6 = 41;
        private const int UnicastHops = 16;
        private const int MulticastHops = 18;
        private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(50);
        private readonly Socket _server = Open(to);
        private byte _number;

        public bool Arrives(IPAddress source, IPAddress target, byte type, int hopLimit)
        {
            using var client = Open(from);
            client.SetRawSocketOption(LevelIPv6, UnicastHops, BitConverter.GetBytes(hopLimit));
            client.SetRawSocketOption(LevelIPv6, MulticastHops, BitConverter.GetBytes(hopLimit));
            client.Bind(new IPEndPoint(source, 0));
            // The target of a solicitation is nobody's, so that no kernel takes it for a question; then what is smuggled.
            byte[] message = [type, 0, 0, 0, 0, 0, 0, 0, .. IPAddress.Parse("fd00:dead::1").GetAddressBytes(), .. "data"u8, ++_number];
            // The first may wait for the other's hardware address, and be given up for that.
            for (var tries = 0; tries < 8; tries++)
            {
                client.SendTo(message, new IPEndPoint(target, 0));
                if (Hears())
                {
                    return true;
                }
            }

            return false;
        }

        public void Dispose() => _server.Dispose();

        private bool Hears()
        {
            var received = new byte[1500];
            while (_server.Poll(Moment, SelectMode.SelectRead))
            {
                var length = _server.Receive(received);
                if (length == 29 && received.AsSpan(24, 4).SequenceEqual("data"u8) && received[28] == _number)
                {
                    return true;
                }
            }

            return false;
        }

        private static Socket Open(NetworkNamespace network) =>
            network.CreateSocket(AddressFamily.InterNetworkV6, SocketType.Raw, ProtocolType.IcmpV6);
    }
}
