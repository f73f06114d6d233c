using System.Collections.Immutable;
using System.Net;
using Palisade.Lab.Probes;
using Palisade.Policy;
using Palisade.Policy.Net;

namespace Palisade.Lab.Tests;

public sealed class LabTopologyTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void From_WhatNodesReportCanBeBuilt_IsKept()
    {
        var topology = LabTopology.From(
            Cluster([Node("n1", ["192.168.7.1", "fd00:7::1"], "10.244.1.0/24", "fd00:10:244:1::/64")], ("a", "n1", "10.244.1.5"))
        );

        topology.Nodes[0].Addresses.ShouldBe([IPAddress.Parse("192.168.7.1"), IPAddress.Parse("fd00:7::1")]);
        topology.Nodes[0].PodRanges.Select(range => range.ToString()).ShouldBe(["10.244.1.0/24", "fd00:10:244:1::/64"]);
        topology.Synthetic.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("192.168.7.1", "fd00:10:244:1::5", "IPv6 addresses of nodes that report none: n1 2001:2::1")]
    [InlineData("192.168.7.2", "10.244.1.5", "IPv4 addresses of nodes that report the same one: n1 198.18.0.1")]
    [InlineData("127.0.0.1", "10.244.1.5", "IPv4 addresses of nodes that report one that no host can have: n1 198.18.0.1")]
    [InlineData("10.244.1.5", "10.244.1.5", "IPv4 addresses of nodes that report one of a pod: n1 198.18.0.1")]
    public void From_NodeReportsNoAddressThatCanBeBuilt_IsGivenOneAndItIsSaid(string address, string pod, string expected)
    {
        var topology = LabTopology.From(Cluster([Node("n1", [address]), Node("n2", ["192.168.7.2"])], ("a", "n1", pod)));

        topology.Synthetic.ShouldBe([expected]);
        topology.Nodes[0].Addresses[^1].ToString().ShouldBe(expected[(expected.LastIndexOf(' ') + 1)..]);
    }

    [Theory]
    [InlineData("10.244.9.5", "10.244.2.5")] // outside of the node's own
    [InlineData("10.244.1.5", "10.244.1.6")] // another node's pod is inside
    [InlineData("10.244.1.1", "10.244.2.5")] // the bridge's
    [InlineData("10.244.1.0", "10.244.2.5")]
    [InlineData("10.244.1.255", "10.244.2.5")]
    public void From_RangeThatABridgeCannotHave_IsLeftOut(string a, string b)
    {
        var topology = LabTopology.From(
            Cluster(
                [Node("n1", ["192.168.7.1"], "10.244.1.0/24"), Node("n2", ["192.168.7.2"], "10.244.3.0/24")],
                ("a", "n1", a),
                ("b", "n2", b)
            )
        );

        topology.Nodes.ShouldAllBe(node => node.PodRanges.Count == 0);
    }

    [Fact]
    public async Task Create_PodsInNoRange_TalkToEachOtherAndToAllElse()
    {
        var topology = LabTopology.From(
            Cluster(
                [Node("n1", ["192.168.7.1"]), Node("n2", ["192.168.7.2"], "10.244.2.0/24")],
                ("a", "n1", "10.9.0.1"),
                ("b", "n1", "10.244.3.255"),
                ("c", "n1", "fd00:9::1"),
                ("d", "n2", "10.244.2.5"),
                ("e", "n2", "fd00:9::2")
            )
        );
        await using var lab = await NetworkLab.CreateAsync(topology, Token);
        await lab.AddPodAsync(new("w", "f", "n1", [IPAddress.Parse("10.9.0.2"), IPAddress.Parse("fd00:9::3")]), Token);
        var hosts = lab.Pods.Values.Append(lab.Outside).Concat(lab.Nodes.Values).ToList();
        var servers = hosts.ConvertAll(host => ProbeServer.Start(host, (80, ProbeProtocol.Tcp), (53, ProbeProtocol.Udp)));
        var pairs = (
            from a in hosts
            from b in hosts
            from address in b.Addresses
            where a != b && a.AddressOf(address.AddressFamily) is not null
            from target in (ProbeTarget[])[new(address, 80), new(address, 53, ProbeProtocol.Udp)]
            select (From: a, Target: target, To: b)
        ).ToList();

        var results = await new Prober().ProbeAllAsync(pairs.ConvertAll(pair => (pair.From, pair.Target)), Token);

        results.Zip(pairs).ShouldAllBe(item => item.First.AnsweredBy == item.Second.To.Name);
        foreach (var server in servers)
        {
            await server.DisposeAsync();
        }
    }

    [Fact]
    public async Task AddPod_AddressOutsideOfTheNodesRange_IsRefused()
    {
        await using var lab = await NetworkLab.CreateAsync(new() { Nodes = LabTopology.MakeNodes(1) }, Token);

        var exception = await Should.ThrowAsync<LabException>(() =>
            lab.AddPodAsync(new("w", "a", "node-1", [IPAddress.Parse("10.9.0.1")]), Token)
        );

        exception.Message.ShouldBe("the address 10.9.0.1 of pod w/a is not in node-1's pod range 10.244.1.0/24");
    }

    private static ClusterSnapshot Cluster(NodeFacts[] nodes, params (string Name, string Node, string Address)[] pods) =>
        new()
        {
            Nodes = [.. nodes],
            Pods =
            [
                .. pods.Select(pod => new PodFacts
                {
                    Namespace = "w",
                    Name = pod.Name,
                    NodeName = pod.Node,
                    Addresses = [IpAddress.Parse(pod.Address)],
                }),
            ],
        };

    private static NodeFacts Node(string name, string[] addresses, params ImmutableArray<string> ranges) =>
        new()
        {
            Name = name,
            PodRanges = [.. ranges.Select(Cidr.Parse)],
            InternalAddresses = [.. addresses.Select(IpAddress.Parse)],
        };
}
