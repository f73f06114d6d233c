using System.Collections.Immutable;
using Palisade.Lab.Probes;
using Palisade.Policy;
using Palisade.Policy.Evaluation;
using Palisade.Policy.Net;

namespace Palisade.Lab.Reachability;

/// <summary>Which connections are tried: from every endpoint to every port of every other one, over every family both have.</summary>
public sealed record ReachabilityPlan
{
    private const int AnyPort = 80;

    /// <summary>The endpoints: pods in the order of their names, then addresses outside.</summary>
    public required ImmutableArray<Endpoint> Endpoints { get; init; }

    /// <summary>All connections. None is tried between addresses outside: the cluster has no say there.</summary>
    public IEnumerable<ReachabilityPath> Paths =>
        from source in Endpoints
        from destination in Endpoints
        where source != destination && !(source.IsOutside && destination.IsOutside)
        from port in destination.Ports
        from family in Enum.GetValues<IpFamily>()
        where source.AddressOf(family) is not null && destination.AddressOf(family) is not null
        select new ReachabilityPath(source, destination, port, family);

    /// <summary>Plans for a cluster and some addresses outside of it.</summary>
    /// <param name="snapshot">The cluster. Pods on their node's network are left out, since no policy can select them.</param>
    /// <param name="outside">Addresses outside.</param>
    /// <param name="outsidePorts">Ports that those serve.</param>
    public static ReachabilityPlan For(ClusterSnapshot snapshot, IEnumerable<IpAddress> outside, IEnumerable<ServedPort> outsidePorts)
    {
        ArgumentNullException.ThrowIfNull(snapshot);
        ArgumentNullException.ThrowIfNull(outside);
        var ports = outsidePorts.Order().ToImmutableArray();
        var pods = snapshot.Pods.Where(IsReachable).Select(EndpointOf).OrderBy(pod => pod.Name, StringComparer.Ordinal).ToList();
        if (pods.TrueForAll(pod => pod.Ports.IsEmpty))
        {
            // Nobody says what he serves: one port for all shows as much as can be shown.
            pods = pods.ConvertAll(pod => pod with { Ports = [new(AnyPort, ProbeProtocol.Tcp)] });
        }
        var addresses = outside.Select(address => new Endpoint
        {
            Name = $"outside {address}",
            End = TrafficEnd.From(address),
            Addresses = [address],
            Ports = ports,
        });
        return new() { Endpoints = [.. pods, .. addresses] };
    }

    private static bool IsReachable(PodFacts pod) => pod is { IsSelectable: true, NodeName: not null, Addresses.Count: > 0 };

    private static Endpoint EndpointOf(PodFacts pod) =>
        new()
        {
            Name = $"{pod.Namespace}/{pod.Name}",
            End = TrafficEnd.Pod(pod.Namespace, pod.Name),
            Addresses = [.. pod.Addresses],
            Ports = [.. pod.Ports.Select(port => new ServedPort(port.Number, ProtocolOf(port.Protocol))).Distinct().Order()],
        };

    private static ProbeProtocol ProtocolOf(string protocol) =>
        protocol switch
        {
            "UDP" => ProbeProtocol.Udp,
            "SCTP" => ProbeProtocol.Sctp,
            _ => ProbeProtocol.Tcp,
        };
}
