using Palisade.Dataplane;
using Palisade.Lab.Probes;
using Palisade.Netfilter;
using Palisade.Policy;

namespace Palisade.Lab.Tests;

public sealed class PolicyEnforcementTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task EnforceAsync_KernelLacksWhatOnePolicyNeeds_NamesItAndEnforcesTheOthers()
    {
        await using var lab = await NetworkLab.CreateAsync(
            new()
            {
                Nodes = LabTopology.MakeNodes(1),
                Pods = [SmallLab.Pod("a", 1, 21), SmallLab.Pod("b", 1, 22), SmallLab.Pod("c", 1, 23)],
            },
            Token
        );
        await using var b = ProbeServer.Start(lab.Pods["shop/b"], (80, ProbeProtocol.Tcp));
        await using var c = ProbeServer.Start(lab.Pods["shop/c"], (80, ProbeProtocol.Tcp));
        var options = DataplaneOptions.Default with { Limits = new() { Lacking = [KernelFeature.SctpPorts] } };
        var enforcement = new PolicyEnforcement(lab, new NetfilterOptions(), options);

        await enforcement.EnforceAsync(Cluster(), Token);

        enforcement.Problems.ShouldHaveSingleItem().ToString().ShouldContain("shop/b: spec.ingress[0].ports: \"SCTP 7777\"");
        (await OutcomeAsync(lab, "b")).ShouldBe(ProbeOutcome.Refused);
        (await OutcomeAsync(lab, "c")).ShouldBe(ProbeOutcome.Open);
    }

    private static async Task<ProbeOutcome> OutcomeAsync(NetworkLab lab, string pod) =>
        (await new Prober().ProbeAsync(lab.Pods["shop/a"], lab.Pods["shop/" + pod], 80, ProbeProtocol.Tcp, Token)).Outcome;

    private static ClusterSnapshot Cluster() =>
        new()
        {
            Namespaces = [new() { Metadata = new() { Name = "shop" } }],
            Nodes =
            [
                new()
                {
                    Metadata = new() { Name = "node-1" },
                    Spec = new() { PodCIDRs = ["10.244.1.0/24", "fd00:10:244:1::/64"] },
                },
            ],
            Pods = [Pod("a", 21), Pod("b", 22), Pod("c", 23)],
            Policies = [Policy("b", "SCTP", 7777), Policy("c", "TCP", 80)],
        };

    private static V1Pod Pod(string name, int host) =>
        new()
        {
            Metadata = new()
            {
                Name = name,
                NamespaceProperty = "shop",
                Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["app"] = name },
            },
            Spec = new() { NodeName = "node-1", Containers = [new() { Name = "c" }] },
            Status = new() { Phase = "Running", PodIPs = [new() { Ip = $"10.244.1.{host}" }, new() { Ip = $"fd00:10:244:1::{host:x}" }] },
        };

    private static V1NetworkPolicy Policy(string name, string protocol, int port) =>
        new()
        {
            Metadata = new() { Name = name, NamespaceProperty = "shop" },
            Spec = new()
            {
                PodSelector = new() { MatchLabels = new Dictionary<string, string>(StringComparer.Ordinal) { ["app"] = name } },
                Ingress = [new() { Ports = [new() { Protocol = protocol, Port = port }] }],
            },
        };
}
