using System.Net;
using Palisade.Dataplane;
using Palisade.Dataplane.Tests.Support;
using Palisade.Lab;
using Palisade.Lab.Probes;

namespace Palisade.Netfilter.Tests;

/// <summary>A pod that reaches itself through its Service: its packets go out over the bridge, get its own address for the Service's, and come back.</summary>
[Collection(KernelTests.Name)]
public sealed class HairpinTests
{
    private const string ServiceIPv4 = "10.96.0.10";
    private const string ServiceIPv6 = "fd00:10:96::10";

    [Theory]
    [InlineData(NetfilterBackend.Legacy, HairpinMatch.Bpf)]
    [InlineData(NetfilterBackend.Legacy, HairpinMatch.Set)]
    [InlineData(NetfilterBackend.Nft, HairpinMatch.Bpf)]
    [InlineData(NetfilterBackend.Nft, HairpinMatch.Set)]
    public async Task ApplyAsync_PodBehindAService_ReachesItselfThoughNobodyElseDoes(NetfilterBackend backend, HairpinMatch hairpin)
    {
        if (hairpin == HairpinMatch.Set && !await HasPairsAsync())
        {
            return;
        }

        var cluster = new ClusterBuilder()
            .Namespace("shop")
            .Pod("shop/db", "node-1", "10.244.1.11,fd00:10:244:1::11")
            .Pod("shop/web", "node-1", "10.244.1.12,fd00:10:244:1::12")
            .Policy("shop/deny", spec => spec.PolicyTypes = ["Ingress", "Egress"])
            .Build();
        await using var lab = await NetworkLab.CreateAsync(
            LabTopology.From(cluster with { Nodes = [] }) with
            {
                Nodes = LabTopology.MakeNodes(1),
            },
            Shell.Cancelled
        );
        var node = lab.Nodes["node-1"].Network;
        await using var server = ProbeServer.Start(lab.Pods["shop/db"], (80, ProbeProtocol.Tcp));
        await node.RunAsync(() => AddServiceAsync(backend, "iptables", ServiceIPv4, "10.244.1.11", "10.244.1.11:80"));
        await node.RunAsync(() => AddServiceAsync(backend, "ip6tables", ServiceIPv6, "fd00:10:244:1::11", "[fd00:10:244:1::11]:80"));
        await ShouldReachAsync(lab, "shop/web", ProbeOutcome.Open);

        var ruleset = PolicyCompiler.Compile(cluster, "node-1", DataplaneOptions.Default with { Hairpin = hairpin });
        await node.RunAsync(() => new NetfilterApplier(new NetfilterOptions { Backend = backend }).ApplyAsync(ruleset, Shell.Cancelled));

        await ShouldReachAsync(lab, "shop/db", ProbeOutcome.Open);
        await ShouldReachAsync(lab, "shop/web", ProbeOutcome.Refused);
    }

    private static async Task ShouldReachAsync(NetworkLab lab, string from, ProbeOutcome expected)
    {
        foreach (var service in (string[])[ServiceIPv4, ServiceIPv6])
        {
            var result = await new Prober().ProbeAsync(lab.Pods[from], new ProbeTarget(IPAddress.Parse(service), 80), Shell.Cancelled);
            result.Outcome.ShouldBe(expected, $"{from} to {service}");
        }
    }

    private static async Task<bool> HasPairsAsync()
    {
        var runner = new ToolRunner(new NetfilterOptions());
        var created = await runner.TryRunAsync("ipset", ["create", "pairs", "hash:net,net"], null, Shell.Cancelled);
        await runner.TryRunAsync("ipset", ["destroy", "pairs"], null, Shell.Cancelled);
        return created.ExitCode == 0;
    }

    /// <summary>As kube-proxy does it: the Service's address becomes the pod's, and what goes back to where it came from the node's.</summary>
    private static async Task<bool> AddServiceAsync(NetfilterBackend backend, string program, string service, string pod, string target)
    {
        var nat = $"{program}-{(backend == NetfilterBackend.Nft ? "nft" : "legacy")} -w -t nat -A";
        await Shell.RunAsync($"{nat} PREROUTING -d {service} -p tcp --dport 80 -j DNAT --to-destination {target}");
        await Shell.RunAsync($"{nat} POSTROUTING -s {pod} -d {pod} -j MASQUERADE");
        return true;
    }
}
