using System.Runtime.InteropServices;

namespace Palisade.Dataplane.Compilation;

/// <summary>What an update of the pods changed; a pod that differs both leaves, as it was, and joins, as it is.</summary>
/// <param name="Left">Pods that are no longer there as they were.</param>
/// <param name="Joined">Pods that were not there as they are.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PodChanges(IReadOnlyList<IndexedPod> Left, IReadOnlyList<IndexedPod> Joined)
{
    /// <summary>Whether any of them is the node's own.</summary>
    public bool ConcernLocalPods => Left.Any(pod => pod.IsLocal) || Joined.Any(pod => pod.IsLocal);
}
