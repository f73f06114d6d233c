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
    private readonly Dictionary<string, NamespaceFacts> _namespaces = new(StringComparer.Ordinal);
    private readonly Dictionary<string, HashSet<IndexedPod>> _byNamespace = new(StringComparer.Ordinal);

    // By the pod itself, here and below: facts are replaced when they differ, and two pods may have equal ones.
    private readonly Dictionary<PodFacts, ImmutableArray<IpAddress>> _claims = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<PodFacts, IndexedPod> _indexed = new(ReferenceEqualityComparer.Instance);

    // The owner first.
    private readonly Dictionary<IpAddress, PodFacts[]> _claimants = [];
    private ClusterSnapshot _snapshot = ClusterSnapshot.Empty;

    /// <summary>The node's own pods, by namespace and name.</summary>
    public ImmutableArray<IndexedPod> Local { get; private set; } = [];

    /// <summary>All pods, in no order.</summary>
    public IReadOnlyCollection<IndexedPod> All => _indexed.Values;

    /// <summary>Takes over what the snapshot says; costs what differs from the one before.</summary>
    public PodChanges Update(ClusterSnapshot snapshot)
    {
        var stale = new HashSet<PodFacts>(ReferenceEqualityComparer.Instance);
        foreach (var name in UpdateNamespaces(snapshot))
        {
            stale.UnionWith(In(name).Select(pod => pod.Pod));
        }

        var pods = Changes<PodFacts>.Between(_snapshot.Pods, snapshot.Pods);
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

    public IEnumerable<IndexedPod> Matching(SelectorPeer peer)
    {
        var namespaces = peer.Namespaces is null
            ? [peer.OwnNamespace]
            : _namespaces.Values.Where(peer.MatchesNamespace).Select(item => item.Name);
        return namespaces.SelectMany(In).Where(pod => LabelSelectorMatcher.Matches(peer.Pods, pod.Labels));
    }

    private IReadOnlyCollection<IndexedPod> In(string name) => _byNamespace.TryGetValue(name, out var pods) ? pods : [];

    private IEnumerable<string> UpdateNamespaces(ClusterSnapshot snapshot)
    {
        var (removed, added) = Changes<NamespaceFacts>.Between(_snapshot.Namespaces, snapshot.Namespaces);
        foreach (var item in removed)
        {
            _namespaces.Remove(item.Name);
        }

        foreach (var item in added)
        {
            _namespaces[item.Name] = item;
        }

        return removed.Concat(added).Select(item => item.Name).Distinct(StringComparer.Ordinal);
    }

    private void Unclaim(PodFacts pod, HashSet<PodFacts> stale)
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

    private void Claim(PodFacts pod, HashSet<PodFacts> stale)
    {
        stale.Add(pod);
        ImmutableArray<IpAddress> addresses = [.. pod.Addresses.Distinct().Order()];
        _claims[pod] = addresses;
        foreach (var address in addresses)
        {
            if (_claimants.TryGetValue(address, out var others))
            {
                stale.UnionWith(others);
                _claimants[address] = [.. others.Append(pod).Order(Comparer<PodFacts>.Create(NewestFirst))];
            }
            else
            {
                _claimants[address] = [pod];
            }
        }
    }

    private PodChanges Index(HashSet<PodFacts> stale)
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
                var home = _namespaces.GetValueOrDefault(pod.Namespace);
                var after = new IndexedPod(pod, home, own, string.Equals(pod.NodeName, nodeName, StringComparison.Ordinal));
                _indexed[pod] = after;
                Add(after);
                joined.Add(after);
            }
        }

        return new PodChanges(left, joined);
    }

    private ImmutableArray<IpAddress> OwnAddresses(PodFacts pod)
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

    /// <summary>A verdict needs no node of a pod; rules do: an address is dispatched on the node that has it.</summary>
    private static bool TakesPart(PodFacts pod) => pod.IsSelectable && pod.NodeName is { Length: > 0 };

    private static int NewestFirst(PodFacts left, PodFacts right)
    {
        var order = left.IsTerminating.CompareTo(right.IsTerminating);
        order = order != 0 ? order : Nullable.Compare(right.Created, left.Created);
        order = order != 0 ? order : string.CompareOrdinal(left.Namespace, right.Namespace);
        return order != 0 ? order : string.CompareOrdinal(left.Name, right.Name);
    }
}
