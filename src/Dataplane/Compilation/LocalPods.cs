namespace Palisade.Dataplane.Compilation;

/// <summary>The node's own pods.</summary>
internal sealed class LocalPods : IPodSelection
{
    public static LocalPods Instance { get; } = new();

    public string Meaning => "local pods";

    public bool Matches(IndexedPod pod) => pod.IsLocal;

    public IEnumerable<IndexedPod> FindIn(PodIndex pods) => pods.Local;
}
