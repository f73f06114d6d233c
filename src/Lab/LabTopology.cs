using System.Net;
using Palisade.Policy;

namespace Palisade.Lab;

/// <summary>What to build.</summary>
public sealed record LabTopology
{
    /// <summary>The nodes.</summary>
    public required IReadOnlyList<LabNode> Nodes { get; init; }

    /// <summary>The pods that are there from the start.</summary>
    public IReadOnlyList<LabPod> Pods { get; init; } = [];

    /// <summary>
    /// Addresses of the host outside the cluster, which is also the nodes' default gateway. The default ones are set apart for
    /// documentation (RFC 5737, RFC 3849).
    /// </summary>
    public IReadOnlyList<IPAddress> OutsideAddresses { get; init; } =
    [IPAddress.Parse("203.0.113.10"), IPAddress.Parse("203.0.113.20"), IPAddress.Parse("2001:db8::10")];

    /// <summary>
    /// Address on the fabric of the sandbox's own namespace, so that nodes and pods reach a server that runs there; null for none.
    /// Only one lab of a sandbox can have it.
    /// </summary>
    public IPAddress? SandboxAddress { get; init; }

    /// <summary>
    /// How pods of one node reach each other. A kernel without br_netfilter gets <see cref="PodLinks.Routed"/> whatever is asked for,
    /// because it would not police bridged packets.
    /// </summary>
    public PodLinks PodLinks { get; init; }

    /// <summary>What was made up because what the cluster reports cannot be built, as human-readable messages.</summary>
    public IReadOnlyList<string> Synthetic { get; init; } = [];

    /// <summary>
    /// The nodes and pods of a cluster: nodes by their InternalIP addresses and pod ranges, pods by their addresses. Pods without
    /// an address or a node, and finished ones, are left out. Where a node reports no address that the lab can use, it gets one that is made
    /// up; a pod range that not all of the node's pods are in, or that others are in too, is left out.
    /// </summary>
    public static LabTopology From(ClusterSnapshot snapshot)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        IReadOnlyList<LabPod> pods = [.. snapshot.Pods.Select(PodOf).OfType<LabPod>()];
        var addressing = new NodeAddressing(snapshot, pods);
        return new()
        {
            Nodes = addressing.Nodes,
            Pods = pods,
            Synthetic = addressing.Synthetic,
        };
    }

    /// <summary>The pod ranges of a node.</summary>
    internal IReadOnlyList<IPNetwork> RangesOf(string node) =>
        Nodes.Single(item => string.Equals(item.Name, node, StringComparison.Ordinal)).PodRanges;

    private static LabPod? PodOf(PodFacts pod) =>
        pod is { NodeName: { } node, Addresses.Count: > 0 }
            ? new LabPod(pod.Namespace, pod.Name, node, [.. pod.HostNetwork ? [] : pod.Addresses.Select(address => address.ToIPAddress())])
            : null;

    /// <summary>Makes up some nodes: <c>node-1</c> 192.168.50.1, pod ranges 10.244.1.0/24 and fd00:10:244:1::/64, and so on.</summary>
    public static IReadOnlyList<LabNode> MakeNodes(int count) =>
        [
            .. Enumerable
                .Range(1, count)
                .Select(i => new LabNode(
                    $"node-{i}",
                    [IPAddress.Parse($"192.168.50.{i}"), IPAddress.Parse($"fd00:50::{i:x}")],
                    [new(IPAddress.Parse($"10.244.{i}.0"), 24), new(IPAddress.Parse($"fd00:10:244:{i:x}::"), 64)]
                )),
        ];
}

/// <summary>A node to build.</summary>
/// <param name="Name">Name of the node.</param>
/// <param name="Addresses">Its addresses on the fabric, at most one a family.</param>
/// <param name="PodRanges">
/// Its pod ranges, at most one a family; the first address of each is the bridge's. Pods of a family without one are reached by a route each.
/// </param>
public sealed record LabNode(string Name, IReadOnlyList<IPAddress> Addresses, IReadOnlyList<IPNetwork> PodRanges);

/// <summary>A pod to build.</summary>
/// <param name="Namespace">Kubernetes namespace.</param>
/// <param name="Name">Name of the pod.</param>
/// <param name="Node">Name of the node it runs on.</param>
/// <param name="Addresses">
/// Its addresses, at most one a family, inside the node's pod range of the family where it has one; empty: it uses the node's network.
/// </param>
public sealed record LabPod(string Namespace, string Name, string Node, IReadOnlyList<IPAddress> Addresses)
{
    /// <summary>The pod's key, <c>namespace/name</c>.</summary>
    public string Key => $"{Namespace}/{Name}";
}
