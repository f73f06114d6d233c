using System.Net;
using System.Net.Sockets;
using Palisade.Dataplane;
using Palisade.Dataplane.Tests.Support;
using Palisade.Lab;
using Palisade.Netfilter.Conntrack;
using Palisade.Policy.Net;

namespace Palisade.Netfilter.Tests;

/// <summary>Packets of which connection tracking cannot say what they belong to, such as late ones of a connection that is allowed.</summary>
[Collection(KernelTests.Name)]
public sealed class InvalidPacketTests
{
    [Theory]
    [InlineData(NetfilterBackend.Legacy)]
    [InlineData(NetfilterBackend.Nft)]
    public async Task ApplyAsync_DeniedPacketIsInvalid_IsDroppedAndItsConnectionNotReset(NetfilterBackend backend)
    {
        var cluster = new ClusterBuilder()
            .Namespace("shop")
            .Namespace("open")
            .Pod("shop/client", "node-1", "10.244.1.11")
            .Pod("open/server", "node-1", "10.244.1.12")
            .Policy("shop/deny", spec => spec.PolicyTypes = ["Ingress"])
            .Build();
        await using var lab = await NetworkLab.CreateAsync(
            LabTopology.From(cluster with { Nodes = [] }) with
            {
                Nodes = LabTopology.MakeNodes(1),
            },
            Shell.Cancelled
        );
        var node = lab.Nodes["node-1"].Network;
        var ruleset = PolicyCompiler.Compile(cluster, "node-1", DataplaneOptions.Default);
        await node.RunAsync(() => new NetfilterApplier(new NetfilterOptions { Backend = backend }).ApplyAsync(ruleset, Shell.Cancelled));
        using var listener = Tcp(lab, "open/server");
        listener.Bind(new IPEndPoint(IPAddress.Any, 80));
        listener.Listen();
        using var client = Tcp(lab, "shop/client");
        await client.ConnectAsync(new IPEndPoint(IPAddress.Parse("10.244.1.12"), 80), Shell.Cancelled);
        using var server = await listener.AcceptAsync(Shell.Cancelled);

        // From here on tracking does not know the connection, and does not take its packets for a new one's.
        node.SetParameter("netfilter/nf_conntrack_tcp_loose", "0").ShouldBeTrue();
        (await node.RunAsync(ForgetAsync)).ShouldBe(1);
        await server.SendAsync("denied"u8.ToArray(), Shell.Cancelled);
        await client.SendAsync("allowed"u8.ToArray(), Shell.Cancelled);

        var received = new byte[16];
        (await server.ReceiveAsync(received, Shell.Cancelled)).ShouldBe("allowed".Length);
    }

    private static Socket Tcp(NetworkLab lab, string pod) =>
        lab.Pods[pod].Network.CreateSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    private static async Task<int> ForgetAsync()
    {
        using var table = new ConntrackTable();
        var flows = (await table.ListAsync(IpFamily.IPv4, flow => flow.Port == 80, int.MaxValue, Shell.Cancelled)).Flows;
        foreach (var flow in flows)
        {
            await table.DeleteAsync(flow, Shell.Cancelled);
        }

        return flows.Count;
    }
}
