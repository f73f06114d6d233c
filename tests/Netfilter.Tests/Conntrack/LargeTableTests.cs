using System.Net;
using System.Net.Sockets;
using Palisade.Lab;
using Palisade.Netfilter.Conntrack;
using Palisade.Policy.Net;

namespace Palisade.Netfilter.Tests.Conntrack;

/// <summary>A table of many flows, of which few are wanted.</summary>
[Collection(KernelTests.Name)]
public sealed class LargeTableTests
{
    private const int Flows = 20_000;

    [Fact]
    public async Task ListAsync_FewOfManyAreWanted_KeepsOnlyThese()
    {
        await using var lab = await NetworkLab.CreateAsync(new LabTopology { Nodes = LabTopology.MakeNodes(1) }, Shell.Cancelled);
        var node = lab.Nodes.Values.First().Network;
        await node.RunAsync(() => Shell.RunAsync("iptables-nft -w -A OUTPUT -m conntrack --ctstate NEW"));
        Fill(node);
        using var table = new ConntrackTable();
        var seen = 0;

        var (listing, allocated) = await node.RunAsync(async () =>
        {
            var before = GC.GetTotalAllocatedBytes(precise: true);
            var listing = await table.ListAsync(IpFamily.IPv4, flow => Count(ref seen) && flow.Port == 10_007, 100, Shell.Cancelled);
            return (listing, GC.GetTotalAllocatedBytes(precise: true) - before);
        });
        var bounded = await node.RunAsync(() => table.ListAsync(IpFamily.IPv4, _ => true, 100, Shell.Cancelled));

        seen.ShouldBeGreaterThanOrEqualTo(Flows);
        listing.Failure.ShouldBeNull();
        listing.HasMore.ShouldBeFalse();
        listing.Flows.ShouldHaveSingleItem().Destination.ShouldBe(IpAddress.Parse("127.0.0.1"));
        (allocated / Flows).ShouldBeLessThan(40, "bytes for each flow that is not wanted");
        (bounded.Flows.Count, bounded.HasMore, bounded.Failure).ShouldBe((100, true, null));
    }

    private static bool Count(ref int seen) => ++seen > 0;

    private static void Fill(NetworkNamespace network)
    {
        using var client = network.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        for (var port = 10_000; port < 10_000 + Flows; port++)
        {
            try
            {
                client.SendTo([1], new IPEndPoint(IPAddress.Loopback, port));
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
            {
                // The answer to an earlier datagram; each made its flow.
                client.SendTo([1], new IPEndPoint(IPAddress.Loopback, port));
            }
        }
    }
}
