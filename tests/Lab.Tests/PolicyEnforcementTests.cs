using Palisade.Dataplane;
using Palisade.Lab.Probes;
using Palisade.Netfilter;
using Palisade.Policy;
using Palisade.Policy.Net;

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
            Namespaces = [new() { Name = "shop" }],
            Nodes = [new() { Name = "node-1", PodRanges = [Cidr.Parse("10.244.1.0/24"), Cidr.Parse("fd00:10:244:1::/64")] }],
            Pods = [Pod("a", 21), Pod("b", 22), Pod("c", 23)],
            Policies = [Policy("b", "SCTP", 7777), Policy("c", "TCP", 80)],
        };

    private static PodFacts Pod(string name, int host) =>
        new()
        {
            Namespace = "shop",
            Name = name,
            Labels = LabelSet.From(new Dictionary<string, string>(StringComparer.Ordinal) { ["app"] = name }),
            NodeName = "node-1",
            Addresses = [IpAddress.Parse($"10.244.1.{host}"), IpAddress.Parse($"fd00:10:244:1::{host:x}")],
        };

    private static PolicyFacts Policy(string name, string protocol, int port) =>
        new()
        {
            Namespace = "shop",
            Name = name,
            Spec = new()
            {
                PodSelector = new() { MatchLabels = new Dictionary<string, string>(StringComparer.Ordinal) { ["app"] = name } },
                Ingress = [new() { Ports = [new() { Protocol = protocol, Port = port }] }],
            },
        };
}
