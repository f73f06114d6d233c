using System.Collections.Immutable;
using Palisade.Policy;
using Palisade.Policy.Net;
using Palisade.Policy.Selectors;

namespace Palisade.Dataplane.Compilation;

/// <summary>
/// The pods that take part in policy, by namespace: bound to a node, with an address, not on their node's network, not finished.
/// An address belongs to one pod only; when two claim it, the one that was created last has it, since an address is given out
/// again only after its former pod has lost it.
/// </summary>
internal sealed class PodIndex(string nodeName)
{
    private readonly Dictionary<string, V1Namespace> _namespaces = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<IndexedPod>> _byNamespace = new(StringComparer.Ordinal);

    // By the pod itself, here and below: equality of models compares field by field.
    private readonly Dictionary<V1Pod, ImmutableArray<IpAddress>> _claims = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<V1Pod, IndexedPod> _indexed = new(ReferenceEqualityComparer.Instance);

    // The owner first.
    private readonly Dictionary<IpAddress, V1Pod[]> _claimants = [];
    private ClusterSnapshot _snapshot = ClusterSnapshot.Empty;

    /// <summary>The node's own pods, by namespace and name.</summary>
    public ImmutableArray<IndexedPod> Local { get; private set; } = [];

    /// <summary>All pods, in no order.</summary>
    public IReadOnlyCollection<IndexedPod> All => _indexed.Values;

    /// <summary>Takes over what the snapshot says; costs what differs from the one before.</summary>
    public PodChanges Update(ClusterSnapshot snapshot)
    {
        var stale = new HashSet<V1Pod>(ReferenceEqualityComparer.Instance);
        foreach (var name in UpdateNamespaces(snapshot))
        {
            stale.UnionWith(In(name).Select(pod => pod.Pod));
        }

        var pods = Changes<V1Pod>.Between(_snapshot.Pods, snapshot.Pods);
        foreach (var pod in pods.Removed)
        {
            Unclaim(pod, stale);
        }

        foreach (var pod in pods.Added.Where(TakesPart))
        {
            Claim(pod, stale);
        }

        _snapshot = snapshot;
        var changes = Index(stale);
        if (changes.ConcernLocalPods)
        {
            Local =
            [
                .. _indexed
                    .Values.Where(pod => pod.IsLocal)
                    .OrderBy(pod => pod.Namespace, StringComparer.Ordinal)
                    .ThenBy(pod => pod.Name, StringComparer.Ordinal),
            ];
        }

        return changes;
    }

    /// <summary>The pods that the peer's selectors match.</summary>
    public IEnumerable<IndexedPod> Matching(SelectorPeer peer)
    {
        var namespaces = peer.Namespaces is null ? [peer.OwnNamespace] : _namespaces.Values.Where(peer.MatchesNamespace).Select(NameOf);
        return namespaces.SelectMany(In).Where(pod => LabelSelectorMatcher.Matches(peer.Pods, pod.Labels));
    }

    private IReadOnlyCollection<IndexedPod> In(string name) => _byNamespace.TryGetValue(name, out var pods) ? pods : [];

    private IEnumerable<string> UpdateNamespaces(ClusterSnapshot snapshot)
    {
        var (removed, added) = Changes<V1Namespace>.Between(_snapshot.Namespaces, snapshot.Namespaces);
        foreach (var item in removed)
        {
            _namespaces.Remove(NameOf(item));
        }

        foreach (var item in added)
        {
            _namespaces[NameOf(item)] = item;
        }

        return removed.Concat(added).Select(NameOf).Distinct(StringComparer.Ordinal);
    }

    private void Unclaim(V1Pod pod, HashSet<V1Pod> stale)
    {
        stale.Add(pod);
        if (!_claims.Remove(pod, out var addresses))
        {
            return;
        }

        foreach (var address in addresses)
        {
            var others = Array.FindAll(_claimants[address], other => !ReferenceEquals(other, pod));
            stale.UnionWith(others);
            if (others.Length == 0)
            {
                _claimants.Remove(address);
            }
            else
            {
                _claimants[address] = others;
            }
        }
    }

    private void Claim(V1Pod pod, HashSet<V1Pod> stale)
    {
        stale.Add(pod);
        ImmutableArray<IpAddress> addresses = [.. AddressesOf(pod).Distinct().Order()];
        _claims[pod] = addresses;
        foreach (var address in addresses)
        {
            if (_claimants.TryGetValue(address, out var others))
            {
                stale.UnionWith(others);
                _claimants[address] = [.. others.Append(pod).Order(Comparer<V1Pod>.Create(NewestFirst))];
            }
            else
            {
                _claimants[address] = [pod];
            }
        }
    }

    private PodChanges Index(HashSet<V1Pod> stale)
    {
        var left = new List<IndexedPod>();
        var joined = new List<IndexedPod>();
        foreach (var pod in stale)
        {
            if (_indexed.Remove(pod, out var before))
            {
                _byNamespace[before.Namespace].Remove(before);
                left.Add(before);
            }

            if (OwnAddresses(pod) is { IsEmpty: false } own)
            {
                var home = _namespaces.GetValueOrDefault(pod.Metadata.NamespaceProperty ?? "");
                var after = new IndexedPod(pod, home, own, string.Equals(pod.Spec!.NodeName, nodeName, StringComparison.Ordinal));
                _indexed[pod] = after;
                Add(after);
                joined.Add(after);
            }
        }

        return new PodChanges(left, joined);
    }

    private ImmutableArray<IpAddress> OwnAddresses(V1Pod pod)
    {
        if (!_claims.TryGetValue(pod, out var addresses))
        {
            return [];
        }

        bool Owns(IpAddress address) => ReferenceEquals(_claimants[address][0], pod);
        return addresses.All(Owns) ? addresses : [.. addresses.Where(Owns)];
    }

    private void Add(IndexedPod pod)
    {
        if (!_byNamespace.TryGetValue(pod.Namespace, out var pods))
        {
            _byNamespace[pod.Namespace] = pods = [];
        }

        pods.Add(pod);
    }

    private static string NameOf(V1Namespace item) => item.Metadata.Name;

    private static bool TakesPart(V1Pod pod) =>
        pod.Spec is { NodeName.Length: > 0 } and not { HostNetwork: true }
        && pod.Status is { } status
        && status.Phase is not ("Succeeded" or "Failed");

    private static IEnumerable<IpAddress> AddressesOf(V1Pod pod)
    {
        var texts = pod.Status?.PodIPs is { Count: > 0 } all ? all.Select(item => (string?)item.Ip) : [pod.Status?.PodIP];
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
