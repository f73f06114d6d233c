using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Palisade.Policy;
using Palisade.Policy.Net;

namespace Palisade.Dataplane.Compilation;

/// <summary>A pod that takes part in policy, with what its cluster makes of it; another state of either is another object.</summary>
/// <param name="pod">The pod.</param>
/// <param name="home">Its namespace; null when that is not known, and then no selector of namespaces matches it.</param>
/// <param name="addresses">Addresses that are its own, in order.</param>
/// <param name="isLocal">Whether it is on the node that is compiled for.</param>
internal sealed class IndexedPod(PodFacts pod, NamespaceFacts? home, ImmutableArray<IpAddress> addresses, bool isLocal)
{
    public PodFacts Pod => pod;

    public NamespaceFacts? Home => home;

    public ImmutableArray<IpAddress> Addresses => addresses;

    public bool IsLocal => isLocal;

    public string Namespace => pod.Namespace;

    public string Name => pod.Name;

    public LabelSet Labels => pod.Labels;
}

/// <summary>What an update of the pods changed; a pod that differs both leaves, as it was, and joins, as it is.</summary>
/// <param name="Left">Pods that are no longer there as they were.</param>
/// <param name="Joined">Pods that were not there as they are.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PodChanges(IReadOnlyList<IndexedPod> Left, IReadOnlyList<IndexedPod> Joined)
{
    /// <summary>Whether any of them is the node's own.</summary>
    public bool ConcernLocalPods => Left.Any(pod => pod.IsLocal) || Joined.Any(pod => pod.IsLocal);
}

/// <summary>
/// What went and what came between two lists of objects that are never changed in place: an object that differs is another object. Lists
/// in the same order, as caches give them, are compared in no time; any other order gives the same answer later.
/// </summary>
/// <param name="Removed">Objects that only the earlier list has.</param>
/// <param name="Added">Objects that only the later list has.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Changes<T>(IReadOnlyList<T> Removed, IReadOnlyList<T> Added)
    where T : class
{
    /// <summary>Whether both lists have the same objects.</summary>
    public bool IsEmpty => Removed.Count + Added.Count == 0;

    public static Changes<T> Between(ImmutableArray<T> before, ImmutableArray<T> after)
    {
        var left = before.AsSpan();
        var right = after.AsSpan();
        var same = 0;
        while (same < left.Length && same < right.Length && ReferenceEquals(left[same], right[same]))
        {
            same++;
        }

        left = left[same..];
        right = right[same..];
        same = 0;
        while (same < left.Length && same < right.Length && ReferenceEquals(left[^(same + 1)], right[^(same + 1)]))
        {
            same++;
        }

        left = left[..^same];
        right = right[..^same];
        return new(Without(left, right), Without(right, left));
    }

    private static T[] Without(ReadOnlySpan<T> objects, ReadOnlySpan<T> others)
    {
        var known = new HashSet<T>(others.Length, ReferenceEqualityComparer.Instance);
        foreach (var other in others)
        {
            known.Add(other);
        }

        var rest = new List<T>();
        foreach (var item in objects)
        {
            if (!known.Contains(item))
            {
                rest.Add(item);
            }
        }

        return [.. rest];
    }
}
