using System.Collections.Concurrent;
using System.Collections.Immutable;
using Palisade.Policy.Net;

namespace Palisade.Policy.Evaluation;

/// <summary>A snapshot, indexed by what an evaluation asks for.</summary>
internal sealed class SnapshotIndex
{
    private readonly Dictionary<(string Namespace, string Name), PodFacts> _pods = [];
    private readonly Dictionary<IpAddress, PodFacts> _podsByAddress = [];
    private readonly Dictionary<IpAddress, string> _nodesByAddress = [];
    private readonly Dictionary<string, LabelSet> _namespaceLabels = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImmutableArray<EvaluatedPolicy>> _policies;

    // By the pod itself: what is asked for again and again is not to compare all of it.
    private readonly Dictionary<string, ConcurrentDictionary<PodFacts, ImmutableArray<EvaluatedPolicy>>> _isolating =
        Directions.All.ToDictionary(
            direction => direction,
            _ => new ConcurrentDictionary<PodFacts, ImmutableArray<EvaluatedPolicy>>(ReferenceEqualityComparer.Instance),
            StringComparer.Ordinal
        );

    public SnapshotIndex(ClusterSnapshot snapshot)
    {
        foreach (var item in snapshot.Namespaces)
        {
            _namespaceLabels[item.Name] = item.Labels;
        }

        foreach (var node in snapshot.Nodes)
        {
            Add(node.OwnAddresses, node.Name);
        }

        foreach (var pod in snapshot.Pods)
        {
            Add(pod);
        }

        _policies = snapshot
            .Policies.GroupBy(p => p.Namespace, StringComparer.Ordinal)
            .ToDictionary(
                g => g.Key,
                g => g.OrderBy(p => p.Name, StringComparer.Ordinal).Select(p => new EvaluatedPolicy(p)).ToImmutableArray(),
                StringComparer.Ordinal
            );
    }

    /// <summary>All policies, by namespace and name.</summary>
    public IEnumerable<EvaluatedPolicy> Policies =>
        _policies.OrderBy(item => item.Key, StringComparer.Ordinal).SelectMany(item => item.Value);

    public PodFacts? Pod(string inNamespace, string name) => _pods.GetValueOrDefault((inNamespace, name));

    /// <summary>The pod that holds the address in a network of its own.</summary>
    public PodFacts? PodAt(IpAddress address) => _podsByAddress.GetValueOrDefault(address);

    /// <summary>Name of the node that the address belongs to.</summary>
    public string? NodeAt(IpAddress address) => _nodesByAddress.GetValueOrDefault(address);

    /// <summary>Labels of the namespace; null when it is not known.</summary>
    public LabelSet? NamespaceLabels(string? name) => name is null ? null : _namespaceLabels.GetValueOrDefault(name);

    /// <summary>The policies that isolate the pod for the direction, by name. Kept, since whole matrices are asked for pod by pod.</summary>
    public ImmutableArray<EvaluatedPolicy> Isolating(PodFacts pod, string direction) =>
        _isolating[direction]
            .GetOrAdd(
                pod,
                static (pod, given) =>
                    [.. given.Policies.GetValueOrDefault(pod.Namespace, []).Where(p => p.Isolates(pod, given.Direction))],
                (Policies: _policies, Direction: direction)
            );

    private void Add(PodFacts pod)
    {
        _pods[(pod.Namespace, pod.Name)] = pod;
        if (pod.HostNetwork)
        {
            Add(pod.Addresses, pod.NodeName);
            return;
        }

        foreach (var address in pod.Addresses)
        {
            _podsByAddress[address] = pod;
        }

        Add(pod.NodeAddresses, pod.NodeName);
    }

    private void Add(IEnumerable<IpAddress> addresses, string? node)
    {
        foreach (var address in addresses.Where(_ => node is not null))
        {
            _nodesByAddress[address] = node!;
        }
    }
}

/// <summary>One end of a connection, looked up in the snapshot.</summary>
/// <param name="Addresses">Its addresses; of a pod all of them.</param>
/// <param name="Pod">The pod, also one that uses its node's network; null for hosts and the outside.</param>
/// <param name="Node">Name of the node the address itself belongs to; null for pods with a network of their own, and the outside.</param>
internal sealed record ResolvedEnd(ImmutableArray<IpAddress> Addresses, PodFacts? Pod, string? Node)
{
    /// <summary>The pod, when policies can select it.</summary>
    public PodFacts? SelectablePod => Pod is { IsSelectable: true } ? Pod : null;
}
