using System.Collections.Immutable;
using System.Net.Sockets;
using Palisade.Lab.Probes;
using Palisade.Lab.Reachability;
using Palisade.Policy;
using Palisade.Policy.Net;

namespace Palisade.Lab.Tests;

public sealed class ReachabilityTests
{
    private static readonly ClusterSnapshot Cluster = new()
    {
        Nodes = [Node("node-1", "192.168.50.1", "10.244.1.0/24"), Node("node-2", "192.168.50.2", "10.244.2.0/24")],
        Pods =
        [
            Pod("web", "node-1", "10.244.1.5", "Running", 8080),
            Pod("db", "node-2", "10.244.2.5", "Running", 5432, 9187),
            Pod("done", "node-2", "10.244.2.6", "Succeeded", 1),
            Pod("waiting", "node-2", null, "Pending", 1),
        ],
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public void For_Snapshot_PlansEveryPairOfThoseThatCanTalk()
    {
        var plan = ReachabilityPlan.For(Cluster, [IpAddress.Parse("203.0.113.10")], [new(443, ProbeProtocol.Tcp)]);

        plan.Paths.Select(path => path.ToString())
            .ShouldBe([
                "shop/db -> shop/web:8080 IPv4",
                "shop/db -> outside 203.0.113.10:443 IPv4",
                "shop/web -> shop/db:5432 IPv4",
                "shop/web -> shop/db:9187 IPv4",
                "shop/web -> outside 203.0.113.10:443 IPv4",
                "outside 203.0.113.10 -> shop/db:5432 IPv4",
                "outside 203.0.113.10 -> shop/db:9187 IPv4",
                "outside 203.0.113.10 -> shop/web:8080 IPv4",
            ]);
    }

    [Fact]
    public void For_NobodySaysWhatHeServes_TriesOnePort()
    {
        var silent = Cluster with { Pods = [Pod("a", "node-1", "10.244.1.5", "Running"), Pod("b", "node-1", "10.244.1.6", "Running")] };

        ReachabilityPlan
            .For(silent, [], [])
            .Paths.Select(path => path.ToString())
            .ShouldBe(["shop/a -> shop/b:80 IPv4", "shop/b -> shop/a:80 IPv4"]);
    }

    [Fact]
    public async Task Measure_NoRules_EverythingIsOpenAndAnsweredByTheRightOne()
    {
        var plan = ReachabilityPlan.For(
            Cluster,
            [IpAddress.Parse("203.0.113.10"), IpAddress.Parse("203.0.113.20")],
            [new(443, ProbeProtocol.Tcp)]
        );
        await using var lab = await NetworkLab.CreateAsync(LabTopology.From(Cluster), Token);
        await using var probe = await ReachabilityProbe.StartAsync(lab, plan);

        var results = await probe.MeasureAsync(Token);

        results.Count.ShouldBe(plan.Paths.Count());
        results.ShouldAllBe(result => result.Value.AnsweredBy == result.Key.To.Name);
    }

    [Fact]
    public async Task MeasureOpen_ConnectionThatTheLabItselfKeepsClosed_IsAFailureOfTheLab()
    {
        var plan = ReachabilityPlan.For(Cluster, [], []);
        await using var lab = await NetworkLab.CreateAsync(LabTopology.From(Cluster), Token);
        await using var probe = await ReachabilityProbe.StartAsync(lab, plan);
        (await probe.MeasureOpenAsync(Token)).Count.ShouldBe(3);
        await IpCommand.RunAsync(lab.Nodes["node-2"].Network.Name, ["route add prohibit 10.244.1.5/32"], Token);

        var exception = await Should.ThrowAsync<LabException>(() => probe.MeasureOpenAsync(Token));

        exception.Message.ShouldStartWith(
            "3 of 3 connections are not open even without policies, so nothing can be said of the policies; the first: shop/db -> shop/web:8080 IPv4: "
        );
    }

    [Fact]
    public async Task RunAsync_InANamespace_StaysThereAcrossAwaits()
    {
        await using var lab = await NetworkLab.CreateAsync(LabTopology.From(Cluster), Token);
        var home = Environment.CurrentManagedThreadId;

        var seen = await lab.Pods["shop/web"]
            .Network.RunAsync(async () =>
            {
                var links = new List<string>();
                for (var i = 0; i < 3; i++)
                {
                    await Task.Delay(1, Token);
                    Environment.CurrentManagedThreadId.ShouldNotBe(home);
                    using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
                    socket.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Parse("10.244.1.5"), 0));
                    links.Add(((System.Net.IPEndPoint)socket.LocalEndPoint!).Address.ToString());
                }
                return links;
            });

        seen.ShouldBe(["10.244.1.5", "10.244.1.5", "10.244.1.5"]);
        await Should.ThrowAsync<InvalidOperationException>(() =>
            lab.Pods["shop/web"].Network.RunAsync<int>(() => throw new InvalidOperationException("thrown at once"))
        );
    }

    private static NodeFacts Node(string name, string address, string range) =>
        new()
        {
            Name = name,
            PodRanges = [Cidr.Parse(range)],
            InternalAddresses = [IpAddress.Parse(address)],
        };

    private static PodFacts Pod(string name, string node, string? address, string phase, params ImmutableArray<int> ports) =>
        PodFacts.From(
            new()
            {
                Metadata = new() { Name = name, NamespaceProperty = "shop" },
                Spec = new()
                {
                    NodeName = node,
                    Containers = [new() { Ports = [.. ports.Select(port => new V1ContainerPort { ContainerPort = port })] }],
                },
                Status = new() { Phase = phase, PodIPs = address is null ? null : [new() { Ip = address }] },
            }
        );
}
