using System.Collections.Immutable;
using Palisade.Policy.Net;

namespace Palisade.Dataplane;

/// <summary>A pod of the node whose addresses the rules know.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="Addresses">Its addresses.</param>
/// <param name="EgressClass">Key of its class for what it sends; null when it is not isolated.</param>
/// <param name="IngressClass">Key of its class for what it is sent; null when it is not isolated.</param>
public sealed record LocalPod(string Namespace, string Name, ImmutableArray<IpAddress> Addresses, string? EgressClass, string? IngressClass)
{
    /// <summary>Key of its class in the direction; null when it is not isolated.</summary>
    public string? ClassIn(Direction direction) => direction == Direction.Egress ? EgressClass : IngressClass;
}
