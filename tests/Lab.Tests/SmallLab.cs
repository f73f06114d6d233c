using System.Net;
using Palisade.Lab.Probes;

[assembly: AssemblyFixture(typeof(Palisade.Lab.Tests.SmallLab))]

namespace Palisade.Lab.Tests;

/// <summary>Of all tests: two nodes with two pods each, dual stack: a1 and a2 on node-1, b1 and b2 on node-2.</summary>
public sealed class SmallLab : IAsyncLifetime
{
    public NetworkLab Lab { get; private set; } = null!;

    public Prober Prober { get; } = new(new ProbeOptions { Timeout = TimeSpan.FromSeconds(10) });

    public static LabTopology Topology { get; } =
        new()
        {
            Nodes = LabTopology.MakeNodes(2),
            Pods = [Pod("a1", 1, 11), Pod("a2", 1, 12), Pod("b1", 2, 11), Pod("b2", 2, 12)],
            SandboxAddress = IPAddress.Parse("192.168.50.254"),
        };

    public static LabPod Pod(string name, int node, int host) =>
        new("shop", name, $"node-{node}", [IPAddress.Parse($"10.244.{node}.{host}"), IPAddress.Parse($"fd00:10:244:{node}::{host:x}")]);

    /// <summary>The pods of the topology, without those that tests add to the lab and remove while others run.</summary>
    public IReadOnlyList<LabHost> Pods { get; private set; } = null!;

    public LabHost this[string pod] => Pods.Single(host => host.Name == "shop/" + pod);

    public async ValueTask InitializeAsync()
    {
        Lab = await NetworkLab.CreateAsync(Topology, CancellationToken.None);
        Pods = [.. Lab.Pods.Values];
    }

    public ValueTask DisposeAsync() => Lab?.DisposeAsync() ?? ValueTask.CompletedTask;
}
