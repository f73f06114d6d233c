using System.Globalization;
using Palisade.Dataplane;
using Palisade.Dataplane.Kernel;
using Palisade.Dataplane.Planning;
using Palisade.Dataplane.Tests.Support;
using Palisade.Lab;
using Palisade.Lab.Probes;
using Palisade.Policy;
using Palisade.Policy.Net;
using static Palisade.Dataplane.Tests.Support.ClusterBuilder;

namespace Palisade.Netfilter.Tests;

/// <summary>More classes on a node than there are numbers for them, in the real kernel.</summary>
[Collection(KernelTests.Name)]
public sealed class ClassOverflowTests
{
    // iptables-nft cannot write so many rules at once inside the user namespace that tests run in; there the numbers are made fewer instead.
    [Theory]
    [InlineData(NetfilterBackend.Legacy, ClassNumber.MaxMarked)]
    [InlineData(NetfilterBackend.Nft, 10)]
    public async Task ApplyAsync_MoreClassesThanNumbers_ConnectionsGoAsThePoliciesSay(NetfilterBackend backend, int numbers)
    {
        var layout = DataplaneOptions.Default with { MarkedClasses = numbers };
        var cluster = Cluster(numbers + 20);
        var (overflow, numbered) = Samples(cluster, layout);
        int[] pods = [.. overflow, numbered];
        await using var lab = await NetworkLab.CreateAsync(Topology(cluster, pods), Shell.Cancelled);
        await using var clientServes = ProbeServer.Start(lab.Pods["shop/client"], pods.Select(pod => (EgressPort(pod), ProbeProtocol.Tcp)));
        var servers = pods.Select(pod =>
                ProbeServer.Start(lab.Pods[$"shop/p{pod}"], pods.Select(port => (IngressPort(port), ProbeProtocol.Tcp)))
            )
            .ToList();
        var applier = new NetfilterApplier(new NetfilterOptions { Backend = backend });

        await ApplyAsync(lab, applier, Compile(cluster, layout));
        await ShouldGoAsync(lab, pods);

        // Numbers become free, for some of those that had none: the classes behind them are other ones now.
        await ApplyAsync(
            lab,
            applier,
            Compile(
                cluster with
                {
                    Pods = [.. cluster.Pods.Where((pod, i) => i % 3 == 0 || lab.Pods.ContainsKey($"shop/{pod.Name}"))],
                },
                layout
            )
        );
        await ShouldGoAsync(lab, pods);
        foreach (var server in servers)
        {
            await server.DisposeAsync();
        }
    }

    private static async Task ApplyAsync(NetworkLab lab, NetfilterApplier applier, Ruleset ruleset)
    {
        var node = lab.Nodes["node-a"].Network;
        await node.RunAsync(() => applier.ApplyAsync(ruleset, Shell.Cancelled));
        (await node.RunAsync(() => applier.VerifyAsync(Shell.Cancelled))).Differences.ShouldBeEmpty();
    }

    /// <summary>Each pod is reached, and reaches others, on its own port only.</summary>
    private static async Task ShouldGoAsync(NetworkLab lab, int[] pods)
    {
        var prober = new Prober();
        var client = lab.Pods["shop/client"];
        foreach (var (pod, other) in from pod in pods from other in pods select (pod, other))
        {
            var host = lab.Pods[$"shop/p{pod}"];
            var expected = pod == other ? ProbeOutcome.Open : ProbeOutcome.Refused;
            var into = await prober.ProbeAsync(client, host, IngressPort(other), ProbeProtocol.Tcp, Shell.Cancelled);
            into.Outcome.ShouldBe(expected, $"client to p{pod} on the port of p{other}");
            var outOf = await prober.ProbeAsync(host, client, EgressPort(other), ProbeProtocol.Tcp, Shell.Cancelled);
            outOf.Outcome.ShouldBe(expected, $"p{pod} to client on the port of p{other}");
        }
    }

    /// <summary>Two pods whose classes have no number in either direction, and one whose classes have.</summary>
    private static (int[] Overflow, int Numbered) Samples(ClusterSnapshot cluster, DataplaneOptions layout)
    {
        var ruleset = Compile(cluster, layout);
        var kernel = KernelState.Empty(IpFamily.IPv4, IpFamily.IPv6);
        for (var plan = ApplyPlanner.Plan(ruleset, kernel); !plan.IsEmpty; plan = ApplyPlanner.Plan(ruleset, kernel))
        {
            foreach (var step in plan.Steps)
            {
                kernel.Apply(step);
            }
        }

        bool Has(int pod, Direction direction, bool overflow) =>
            kernel.Sets[Names.ClassMap(IpFamily.IPv4, direction)].Entries[SetEntry.From(IpAddress.Parse(AddressOf(pod)))]
            == ClassNumber.Overflow
            == overflow;
        // Only the first have addresses in the node's range and can be there for real.
        var inRange = Enumerable.Range(0, Math.Min(240, cluster.Policies.Length)).ToArray();
        int[] overflow =
        [
            inRange.First(pod => Has(pod, Direction.Ingress, overflow: true)),
            inRange.First(pod => Has(pod, Direction.Egress, overflow: true)),
        ];
        return (
            [.. overflow.Distinct()],
            inRange.First(pod => Has(pod, Direction.Ingress, overflow: false) && Has(pod, Direction.Egress, overflow: false))
        );
    }

    private static ClusterSnapshot Cluster(int pods)
    {
        var cluster = new ClusterBuilder().Namespace("shop");
        for (var i = 0; i < pods; i++)
        {
            var pod = i;
            cluster.Pod($"shop/p{pod}", "node-a", AddressOf(pod), $"n=p{pod}");
            cluster.Policy(
                $"shop/p{pod}",
                spec =>
                {
                    spec.PodSelector = Select($"n=p{pod}");
                    spec.PolicyTypes = ["Ingress", "Egress"];
                    spec.Ingress = [new() { Ports = [new() { Port = IngressPort(pod) }] }];
                    spec.Egress = [new() { Ports = [new() { Port = EgressPort(pod) }] }];
                }
            );
        }

        return cluster.Pod("shop/client", "node-a", "10.244.1.254").Build();
    }

    private static LabTopology Topology(ClusterSnapshot cluster, int[] pods)
    {
        var names = pods.Select(pod => $"p{pod}").Append("client").ToHashSet(StringComparer.Ordinal);
        return LabTopology.From(
            cluster with
            {
                Nodes = [.. cluster.Nodes.Select((node, i) => node with { InternalAddresses = [IpAddress.Parse($"192.168.50.{i + 1}")] })],
                Pods = [.. cluster.Pods.Where(pod => names.Contains(pod.Name))],
            }
        );
    }

    private static string AddressOf(int pod) =>
        string.Create(CultureInfo.InvariantCulture, $"10.244.{(pod < 240 ? 1 : 9)}.{2 + (pod % 240)}");

    private static int IngressPort(int pod) => 1000 + pod;

    private static int EgressPort(int pod) => 2000 + pod;

    private static Ruleset Compile(ClusterSnapshot cluster, DataplaneOptions layout) => PolicyCompiler.Compile(cluster, "node-a", layout);
}
