using Palisade.Dataplane;
using Palisade.Dataplane.Tests.Model;
using Palisade.Lab;
using Palisade.Lab.Probes;
using Palisade.Policy;

namespace Palisade.Netfilter.Tests;

/// <summary>
/// Random policies in the real kernel: two nodes, real TCP and UDP connections over both families, against an evaluator that knows
/// nothing of rules. The cases of a run follow each other on the same nodes, so that every case also tests a change.
/// </summary>
[Collection(KernelTests.Name)]
public sealed class RandomPolicyTests
{
    private const int CasesPerRun = 25;
    private static readonly ProbeOptions Impatient = new() { Timeout = TimeSpan.FromMilliseconds(400) };
    private static readonly ProbeOptions Patient = new() { Timeout = TimeSpan.FromSeconds(15) };

    [Theory]
    [InlineData(NetfilterBackend.Legacy, 1)]
    [InlineData(NetfilterBackend.Legacy, 2)]
    [InlineData(NetfilterBackend.Legacy, 3)]
    [InlineData(NetfilterBackend.Legacy, 4)]
    [InlineData(NetfilterBackend.Nft, 5)]
    [InlineData(NetfilterBackend.Nft, 6)]
    [InlineData(NetfilterBackend.Nft, 7)]
    [InlineData(NetfilterBackend.Nft, 8)]
    public async Task ApplyAsync_RandomPolicies_ConnectionsGoAsTheEvaluatorSays(NetfilterBackend backend, int seed)
    {
        // Every second run has the layout for a kernel that lacks things, and logs.
        var layout =
            seed % 2 == 0
                ? DataplaneOptions.Default with
                {
                    MarkedClasses = seed % 4 == 0 ? 0 : 1,
                    LogDenials = true,
                }
                : DataplaneOptions.Default;
        var cluster = new RandomCluster(seed, keepsPods: true);
        var snapshot = cluster.Snapshot();
        await using var lab = await CreateAsync(snapshot);
        var servers = lab
            .Pods.Values.Append(lab.Outside)
            .Select(host => ProbeServer.Start(host, (80, ProbeProtocol.Tcp), (8080, ProbeProtocol.Tcp), (53, ProbeProtocol.Udp)))
            .ToList();
        try
        {
            var appliers = lab.Nodes.Keys.ToDictionary(
                name => name,
                _ => new NetfilterApplier(new NetfilterOptions { Backend = backend }),
                StringComparer.Ordinal
            );
            var (opened, denied) = (0, 0);
            for (var number = 0; number < CasesPerRun; number++)
            {
                await EnforceAsync(lab, appliers, snapshot, layout);
                var verdicts = await ShouldGoAsync(lab, snapshot, $"seed {seed}, case {number}");
                (opened, denied) = (opened + verdicts.Opened, denied + verdicts.Denied);
                cluster.Change();
                snapshot = cluster.Snapshot();
            }

            opened.ShouldBeGreaterThan(100);
            denied.ShouldBeGreaterThan(100);
        }
        finally
        {
            foreach (var server in servers)
            {
                await server.DisposeAsync();
            }
        }
    }

    private static async Task<NetworkLab> CreateAsync(ClusterSnapshot snapshot)
    {
        var topology = LabTopology.From(snapshot) with
        {
            OutsideAddresses = [.. ((string[])["192.0.2.9", "198.51.100.1", "2001:db8::1"]).Select(System.Net.IPAddress.Parse)],
        };
        var lab = await NetworkLab.CreateAsync(topology, Shell.Cancelled);
        foreach (var node in lab.Nodes.Values)
        {
            // Refusals are answers too, and the kernel limits how many of them it gives; here all of them are wanted at once.
            await node.Network.RunAsync(() => Shell.RunAsync("sysctl -w net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0"));
        }

        return lab;
    }

    private static async Task EnforceAsync(
        NetworkLab lab,
        Dictionary<string, NetfilterApplier> appliers,
        ClusterSnapshot snapshot,
        DataplaneOptions layout
    )
    {
        foreach (var (name, node) in lab.Nodes)
        {
            var ruleset = PolicyCompiler.Compile(snapshot, name, layout);
            await node.Network.RunAsync(() => appliers[name].ApplyAsync(ruleset, Shell.Cancelled));
            var verified = await node.Network.RunAsync(() => appliers[name].VerifyAsync(Shell.Cancelled));
            verified.Differences.ShouldBeEmpty();
        }
    }

    private static async Task<(int Opened, int Denied)> ShouldGoAsync(NetworkLab lab, ClusterSnapshot snapshot, string context)
    {
        var evaluators = lab.Nodes.Keys.Select(name => new NaiveEvaluator(snapshot, name)).ToArray();
        var hosts = lab.Pods.Values.Append(lab.Outside).SelectMany(host => host.Addresses.Select(host.At)).ToArray();
        var packets = RandomCluster.Packets(snapshot).Where(packet => packet.Port is 80 or 8080 or 53 && packet.Protocol != Packet.Sctp);
        var cases = (
            from packet in packets
            let source = Array.Find(hosts, host => host.Addresses[0].Equals(packet.Source.ToIPAddress()))
            let destination = Array.Find(hosts, host => host.Addresses[0].Equals(packet.Destination.ToIPAddress()))
            where source is not null && destination is not null && (source.Node is not null || destination.Node is not null)
            let protocol = packet.Protocol == Packet.Udp ? ProbeProtocol.Udp : ProbeProtocol.Tcp
            select (packet, source, target: new ProbeTarget(packet.Destination.ToIPAddress(), packet.Port, protocol))
        ).ToArray();

        var results = await new Prober(Impatient).ProbeAllAsync([.. cases.Select(item => (item.source, item.target))], Shell.Cancelled);
        var opened = 0;
        foreach (var ((packet, source, target), result) in cases.Zip(results))
        {
            var expected = Array.TrueForAll(evaluators, evaluator => evaluator.Allows(packet));
            var open = result.IsOpen;
            if (expected && !open)
            {
                // On a busy machine an answer may be late; one that was refused stays refused.
                open = (await new Prober(Patient).ProbeAsync(source, target, Shell.Cancelled)).IsOpen;
            }

            open.ShouldBe(expected, $"{packet}: {result.Outcome}, {context}");
            opened += open ? 1 : 0;
        }

        return (opened, results.Count - opened);
    }
}
