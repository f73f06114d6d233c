using System.Collections.Immutable;
using Palisade.Models;
using Palisade.Policy;
using Palisade.Policy.Net;
using Palisade.Policy.Selectors;

namespace Palisade.Dataplane.Compilation;

/// <summary>
/// The pods that take part in policy, by namespace: bound to a node, with an address, not on their node's network, not finished.
/// An address belongs to one pod only; when two claim it, the one that was created last has it, since an address is given out
/// again only after its former pod has lost it.
/// </summary>
internal sealed class PodIndex
{
    private readonly Dictionary<string, List<IndexedPod>> _byNamespace = new(StringComparer.Ordinal);
    private readonly Dictionary<string, V1Namespace> _namespaces = new(StringComparer.Ordinal);

    public PodIndex(ClusterSnapshot snapshot)
    {
        foreach (var item in snapshot.Namespaces)
        {
            _namespaces[item.Metadata.Name] = item;
        }

        var owners = new Dictionary<IpAddress, V1Pod>();
        var claims = new List<(V1Pod Pod, List<IpAddress> Addresses)>();
        foreach (var pod in snapshot.Pods.Where(TakesPart))
        {
            var addresses = AddressesOf(pod).ToList();
            claims.Add((pod, addresses));
            foreach (var address in addresses)
            {
                if (!owners.TryGetValue(address, out var other) || NewestFirst(pod, other) < 0)
                {
                    owners[address] = pod;
                }
            }
        }

        foreach (var (pod, addresses) in claims)
        {
            var own = addresses.Where(address => ReferenceEquals(owners[address], pod)).Distinct().Order().ToImmutableArray();
            if (own.Length > 0)
            {
                Add(new IndexedPod(pod, own));
            }
        }
    }

    /// <summary>The pods of the namespace.</summary>
    public IReadOnlyList<IndexedPod> In(string namespaceName) => _byNamespace.TryGetValue(namespaceName, out var pods) ? pods : [];

    /// <summary>All pods.</summary>
    public IEnumerable<IndexedPod> All() => _byNamespace.Values.SelectMany(pods => pods);

    /// <summary>The pods of the node, by namespace and name.</summary>
    public IReadOnlyList<IndexedPod> OnNode(string nodeName) =>
        [
            .. All()
                .Where(pod => string.Equals(pod.Pod.Spec?.NodeName, nodeName, StringComparison.Ordinal))
                .OrderBy(pod => pod.Namespace, StringComparer.Ordinal)
                .ThenBy(pod => pod.Name, StringComparer.Ordinal),
        ];

    /// <summary>The pods that the peer's selectors match.</summary>
    public IEnumerable<IndexedPod> Matching(SelectorPeer peer)
    {
        var namespaces = peer.Namespaces is null
            ? [peer.OwnNamespace]
            : _namespaces
                .Values.Where(item => LabelSelectorMatcher.Matches(peer.Namespaces, item.Metadata.Labels))
                .Select(item => item.Metadata.Name);
        return namespaces.SelectMany(In).Where(pod => LabelSelectorMatcher.Matches(peer.Pods, pod.Labels));
    }

    private void Add(IndexedPod pod)
    {
        if (!_byNamespace.TryGetValue(pod.Namespace, out var pods))
        {
            _byNamespace[pod.Namespace] = pods = [];
        }

        pods.Add(pod);
    }

    private static bool TakesPart(V1Pod pod) =>
        pod.Spec is { NodeName.Length: > 0 } and not { HostNetwork: true }
        && pod.Status is { } status
        && status.Phase is not ("Succeeded" or "Failed");

    private static IEnumerable<IpAddress> AddressesOf(V1Pod pod)
    {
        var texts = pod.Status?.PodIPs is { Count: > 0 } all ? all.Select(item => item.Ip) : [pod.Status?.PodIP];
        foreach (var text in texts)
        {
            if (IpAddress.TryParse(text, out var address))
            {
                yield return address;
            }
        }
    }

    private static int NewestFirst(V1Pod left, V1Pod right)
    {
        var order = (left.Metadata.DeletionTimestamp is not null).CompareTo(right.Metadata.DeletionTimestamp is not null);
        order = order != 0 ? order : Nullable.Compare(right.Metadata.CreationTimestamp, left.Metadata.CreationTimestamp);
        order = order != 0 ? order : string.CompareOrdinal(left.Metadata.NamespaceProperty, right.Metadata.NamespaceProperty);
        return order != 0 ? order : string.CompareOrdinal(left.Metadata.Name, right.Metadata.Name);
    }
}
