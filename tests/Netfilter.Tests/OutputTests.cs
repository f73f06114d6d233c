using System.Net;
using System.Net.Sockets;
using Palisade.Dataplane;
using Palisade.Dataplane.Tests.Support;
using Palisade.Lab;
using static Palisade.Dataplane.Tests.Support.ClusterBuilder;

namespace Palisade.Netfilter.Tests;

/// <summary>Packets of pods that leave the node through OUTPUT, as those to Services do where kube-proxy uses IPVS.</summary>
[Collection(KernelTests.Name)]
public sealed class OutputTests
{
    private const int Port = 53;

    // linux/in.h: lets a socket send from an address that is not the node's own.
    private const int OptionTransparent = 19;

    [Theory]
    [InlineData(NetfilterBackend.Legacy)]
    [InlineData(NetfilterBackend.Nft)]
    public async Task ApplyAsync_PoliceOutput_JudgesPodsPacketsThereAndNotTheNodesOwn(NetfilterBackend backend)
    {
        var cluster = new ClusterBuilder()
            .Namespace("shop")
            .Pod("shop/db", "node-1", "10.244.1.11", "app=db")
            .Pod("shop/web", "node-1", "10.244.1.12", "app=web")
            .Pod("shop/other", "node-1", "10.244.1.13", "app=other")
            .Policy(
                "shop/db",
                spec =>
                {
                    spec.PodSelector = Select("app=db");
                    spec.Ingress = [new() { FromProperty = [new() { PodSelector = Select("app=web") }] }];
                }
            )
            .Build();
        await using var lab = await NetworkLab.CreateAsync(
            LabTopology.From(cluster with { Nodes = [] }) with
            {
                Nodes = LabTopology.MakeNodes(1),
            },
            Shell.Cancelled
        );
        var node = lab.Nodes["node-1"].Network;
        var ruleset = PolicyCompiler.Compile(cluster, "node-1", DataplaneOptions.Default with { PoliceOutput = true });
        await node.RunAsync(() => new NetfilterApplier(new NetfilterOptions { Backend = backend }).ApplyAsync(ruleset, Shell.Cancelled));
        using var receiver = lab.Pods["shop/db"].Network.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        receiver.Bind(new IPEndPoint(IPAddress.Any, Port));

        // One after the other on one way: what was let through has come when the last one has, and the last one always may.
        string[] sources = ["10.244.1.13", "10.244.1.12", "10.244.1.1"];
        sources.Select(source => Send(node, source)).ShouldBe([false, true, true]);

        (await ReceiveAsync(receiver)).ShouldBe("10.244.1.12");
        (await ReceiveAsync(receiver)).ShouldBe("10.244.1.1");
    }

    /// <summary>Sends a packet from an address; a sender on the node itself is told at once that a rule refused it.</summary>
    private static bool Send(NetworkNamespace node, string source)
    {
        using var socket = node.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        socket.SetRawSocketOption((int)SocketOptionLevel.IP, OptionTransparent, BitConverter.GetBytes(1));
        socket.Bind(new IPEndPoint(IPAddress.Parse(source), 0));
        try
        {
            socket.SendTo("x"u8.ToArray(), new IPEndPoint(IPAddress.Parse("10.244.1.11"), Port));
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AccessDenied)
        {
            return false;
        }
    }

    private static async Task<string> ReceiveAsync(Socket receiver)
    {
        var received = await receiver.ReceiveFromAsync(new byte[16], new IPEndPoint(IPAddress.Any, 0), Shell.Cancelled);
        return ((IPEndPoint)received.RemoteEndPoint).Address.ToString();
    }
}
