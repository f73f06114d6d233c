using System.Collections.Concurrent;
using System.Collections.Immutable;
using Palisade.Policy.Expansion;
using Palisade.Policy.Net;

namespace Palisade.Policy.Evaluation;

/// <summary>A snapshot, indexed by what an evaluation asks for.</summary>
internal sealed class SnapshotIndex
{
    private readonly Dictionary<(string Namespace, string Name), V1Pod> _pods = [];
    private readonly Dictionary<IpAddress, V1Pod> _podsByAddress = [];
    private readonly Dictionary<IpAddress, string> _nodesByAddress = [];
    private readonly Dictionary<string, IDictionary<string, string>> _namespaceLabels = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ImmutableArray<EvaluatedPolicy>> _policies;

    // By the pod itself: equality of models compares field by field.
    private readonly Dictionary<string, ConcurrentDictionary<V1Pod, ImmutableArray<EvaluatedPolicy>>> _isolating =
        Directions.All.ToDictionary(
            direction => direction,
            _ => new ConcurrentDictionary<V1Pod, ImmutableArray<EvaluatedPolicy>>(ReferenceEqualityComparer.Instance),
            StringComparer.Ordinal
        );

    public SnapshotIndex(ClusterSnapshot snapshot)
    {
        foreach (var item in snapshot.Namespaces)
        {
            _namespaceLabels[item.Metadata.Name] = item.Metadata.Labels ?? ImmutableDictionary<string, string>.Empty;
        }

        foreach (var node in snapshot.Nodes)
        {
            Add(NodeAddresses.Of(node), node.Metadata.Name);
        }

        foreach (var pod in snapshot.Pods)
        {
            Add(pod);
        }

        _policies = snapshot
            .Policies.GroupBy(p => p.Metadata.NamespaceProperty ?? "", StringComparer.Ordinal)
            .ToDictionary(
                g => g.Key,
                g => g.OrderBy(p => p.Metadata.Name, StringComparer.Ordinal).Select(p => new EvaluatedPolicy(p)).ToImmutableArray(),
                StringComparer.Ordinal
            );
    }

    /// <summary>All policies, by namespace and name.</summary>
    public IEnumerable<EvaluatedPolicy> Policies =>
        _policies.OrderBy(item => item.Key, StringComparer.Ordinal).SelectMany(item => item.Value);

    public V1Pod? Pod(string inNamespace, string name) => _pods.GetValueOrDefault((inNamespace, name));

    /// <summary>The pod that holds the address in a network of its own.</summary>
    public V1Pod? PodAt(IpAddress address) => _podsByAddress.GetValueOrDefault(address);

    /// <summary>Name of the node that the address belongs to.</summary>
    public string? NodeAt(IpAddress address) => _nodesByAddress.GetValueOrDefault(address);

    /// <summary>Labels of the namespace; null when it is not known.</summary>
    public IDictionary<string, string>? NamespaceLabels(string? name) => name is null ? null : _namespaceLabels.GetValueOrDefault(name);

    /// <summary>The policies that isolate the pod for the direction, by name. Kept, since whole matrices are asked for pod by pod.</summary>
    public ImmutableArray<EvaluatedPolicy> Isolating(V1Pod pod, string direction) =>
        _isolating[direction]
            .GetOrAdd(
                pod,
                static (pod, given) =>
                    [
                        .. given
                            .Policies.GetValueOrDefault(pod.Metadata.NamespaceProperty ?? "", [])
                            .Where(p => p.Isolates(pod, given.Direction)),
                    ],
                (Policies: _policies, Direction: direction)
            );

    private void Add(V1Pod pod)
    {
        _pods[(pod.Metadata.NamespaceProperty ?? "", pod.Metadata.Name)] = pod;
        if (pod.Spec?.HostNetwork == true)
        {
            Add(PodTraits.Addresses(pod), pod.Spec.NodeName);
            return;
        }

        foreach (var address in PodTraits.Addresses(pod))
        {
            _podsByAddress[address] = pod;
        }

        if (IpAddress.TryParse(pod.Status?.HostIP, out var host))
        {
            Add([host], pod.Spec?.NodeName);
        }
    }

    private void Add(IEnumerable<IpAddress> addresses, string? node)
    {
        foreach (var address in addresses.Where(_ => node is not null))
        {
            _nodesByAddress[address] = node!;
        }
    }
}
