using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Palisade.Lab.Probes;

namespace Palisade.Lab.Tests;

public sealed class NetworkLabTests(SmallLab small)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> Pairs =>
        new(from a in (string[])["a1", "a2", "b1", "b2"] from b in (string[])["a1", "a2", "b1", "b2"] select (a, b));

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Create_TwoNodes_EveryPodReachesEveryPodInBothFamiliesAndProtocols(string from, string to)
    {
        await using var server = ProbeServer.Start(small[to], (80, ProbeProtocol.Tcp), (53, ProbeProtocol.Udp));

        foreach (var address in small[to].Addresses)
        {
            var tcp = await small.Prober.ProbeAsync(small[from], new(address, 80), Token);
            var udp = await small.Prober.ProbeAsync(small[from], new(address, 53, ProbeProtocol.Udp), Token);

            tcp.ShouldBe(new ProbeResult(ProbeOutcome.Open, "shop/" + to));
            udp.ShouldBe(new ProbeResult(ProbeOutcome.Open, "shop/" + to));
        }
    }

    [Fact]
    public async Task Create_TwoNodes_SourceAddressIsThePodsOwn()
    {
        using var listener = small["b1"].Network.CreateSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(small["b1"].Addresses[0], 81));
        listener.Listen();
        using var client = small["a1"].Network.CreateSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        await client.ConnectAsync(listener.LocalEndPoint!, Token);
        using var accepted = await listener.AcceptAsync(Token);

        accepted.RemoteEndPoint.ShouldBeOfType<IPEndPoint>().Address.ShouldBe(small["a1"].Addresses[0]);
    }

    [Fact]
    public async Task Create_Outside_ReachesPodsAndIsReachedAtAllItsAddresses()
    {
        await using var server = ProbeServer.Start(small.Lab.Outside, (443, ProbeProtocol.Tcp), (443, ProbeProtocol.Udp));
        await using var podServer = ProbeServer.Start(small["a2"], (443, ProbeProtocol.Tcp));

        foreach (var address in small.Lab.Outside.Addresses)
        {
            (await small.Prober.ProbeAsync(small["b2"], new(address, 443), Token)).AnsweredBy.ShouldBe("outside");
            (await small.Prober.ProbeAsync(small["b2"], new(address, 443, ProbeProtocol.Udp), Token)).AnsweredBy.ShouldBe("outside");
        }
        foreach (var address in small["a2"].Addresses)
        {
            (await small.Prober.ProbeAsync(small.Lab.Outside, new(address, 443), Token)).IsOpen.ShouldBeTrue();
        }
    }

    [Fact]
    public async Task Create_Nodes_ReachTheirOwnAndOtherPods()
    {
        await using var server = ProbeServer.Start(small["a1"], (82, ProbeProtocol.Tcp));

        foreach (var node in small.Lab.Nodes.Values)
        {
            (await small.Prober.ProbeAsync(node, small["a1"], 82, ProbeProtocol.Tcp, Token)).IsOpen.ShouldBeTrue(node.Name);
        }
    }

    [Fact]
    public async Task Create_SandboxAddress_PodsReachAServerOfTheSandboxItself()
    {
        using var listener = new TcpListener(SmallLab.Topology.SandboxAddress!, 6443);
        listener.Start();
        using var client = small["b1"].Network.CreateSocket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        await client.ConnectAsync(listener.LocalEndpoint, Token);

        client.Connected.ShouldBeTrue();
    }

    [Fact]
    public async Task AddPod_WhileRunning_CanTalkAtOnceAndNotAfterRemoval()
    {
        var pod = await small.Lab.AddPodAsync(SmallLab.Pod("c1", 2, 77), Token);
        await using (ProbeServer.Start(pod, (80, ProbeProtocol.Tcp)))
        {
            (await small.Prober.ProbeAsync(small["a1"], pod, 80, ProbeProtocol.Tcp, Token)).AnsweredBy.ShouldBe("shop/c1");

            await small.Lab.RemovePodAsync("shop/c1", Token);

            (await small.Prober.ProbeAsync(small["a1"], pod, 80, ProbeProtocol.Tcp, Token)).IsOpen.ShouldBeFalse();
        }
        small.Lab.Pods.ContainsKey("shop/c1").ShouldBeFalse();
        await Should.ThrowAsync<LabException>(() => small.Lab.RemovePodAsync("shop/c1", Token));
    }

    [Fact]
    public async Task AddPod_HostNetwork_HasTheNodesAddresses()
    {
        var pod = await small.Lab.AddPodAsync(new("kube-system", "proxy", "node-1", []), Token);

        pod.Addresses.ShouldBe(small.Lab.Nodes["node-1"].Addresses);
        await small.Lab.RemovePodAsync("kube-system/proxy", Token);
        small.Lab.Nodes["node-1"].Network.SetParameter("ipv4/ip_forward", "1").ShouldBeTrue();
    }

    [Fact]
    public async Task Run_LineThatTheKernelRefuses_SaysTheLine()
    {
        await using var lab = await NetworkLab.CreateAsync(new() { Nodes = LabTopology.MakeNodes(1) }, Token);
        var network = lab.Nodes["node-1"].Network.Name;

        var exception = await Should.ThrowAsync<LabException>(() =>
            IpCommand.RunAsync(network, ["link set lo up", "addr add 127.0.0.1/8 dev lo"], Token)
        );

        exception.Message.ShouldContain("(addr add 127.0.0.1/8 dev lo)");
    }

    [Fact]
    public async Task Start_ProgramInNode_RunsInItsNetwork()
    {
        using var process = small
            .Lab.Nodes["node-2"]
            .Network.Start(
                new ProcessStartInfo("ip", ["-brief", "address", "show", "cni0"]) { UseShellExecute = false, RedirectStandardOutput = true }
            );

        var output = await process.StandardOutput.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);

        output.ShouldContain("10.244.2.1/24");
    }

    [Fact]
    public async Task Dispose_TwoLabsWithTheSameAddresses_DoNotMeetAndLeaveNothing()
    {
        string prefix;
        var topology = SmallLab.Topology with { SandboxAddress = null };
        await using (var lab = await NetworkLab.CreateAsync(topology, Token))
        await using (ProbeServer.Start(lab.Pods["shop/a1"], (9000, ProbeProtocol.Tcp)))
        {
            // lab<process>.<number>-<host>: other tests have labs of their own at the same time.
            prefix = lab.Outside.Network.Name[..(lab.Outside.Network.Name.IndexOf('-', StringComparison.Ordinal) + 1)];
            Directory.GetFiles("/run/netns", prefix + "*").ShouldNotBeEmpty();
            (await small.Prober.ProbeAsync(lab.Pods["shop/b1"], lab.Pods["shop/a1"], 9000, ProbeProtocol.Tcp, Token)).IsOpen.ShouldBeTrue();
            (await small.Prober.ProbeAsync(small["b1"], small["a1"], 9000, ProbeProtocol.Tcp, Token)).Outcome.ShouldBe(
                ProbeOutcome.Refused
            );
        }
        Directory.GetFiles("/run/netns", prefix + "*").ShouldBeEmpty();
    }

    [Fact]
    public async Task Create_Routed_PodsOfOneNodeTalkThroughTheNode()
    {
        var topology = SmallLab.Topology with { SandboxAddress = null, PodLinks = PodLinks.Routed };
        await using var lab = await NetworkLab.CreateAsync(topology, Token);
        await using var server = ProbeServer.Start(lab.Pods["shop/a2"], (80, ProbeProtocol.Tcp));

        foreach (var from in (string[])["shop/a1", "shop/b1"])
        foreach (var address in lab.Pods["shop/a2"].Addresses)
        {
            (await small.Prober.ProbeAsync(lab.Pods[from], new(address, 80), Token)).IsOpen.ShouldBeTrue($"{from} {address}");
        }
    }
}
