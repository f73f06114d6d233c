using System.Collections.Immutable;
using Palisade.Policy.Net;

namespace Palisade.Policy.Evaluation;

/// <summary>One end of a connection, looked up in the snapshot.</summary>
/// <param name="Addresses">Its addresses; of a pod all of them.</param>
/// <param name="Pod">The pod, also one that uses its node's network; null for hosts and the outside.</param>
/// <param name="Node">Name of the node the address itself belongs to; null for pods with a network of their own, and the outside.</param>
internal sealed record ResolvedEnd(ImmutableArray<IpAddress> Addresses, PodFacts? Pod, string? Node)
{
    /// <summary>The pod, when policies can select it.</summary>
    public PodFacts? SelectablePod => Pod is { IsSelectable: true } ? Pod : null;
}
