namespace Palisade.Dataplane.Compilation;

/// <summary>A local pod with what isolates it; null for a direction in which nothing does.</summary>
internal sealed record ClassifiedPod(LocalPod Pod, Isolation? Egress, Isolation? Ingress)
{
    /// <summary>The directions in which it is isolated.</summary>
    public IEnumerable<Isolation> Isolations => new[] { Egress, Ingress }.OfType<Isolation>();
}
