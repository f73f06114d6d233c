using System.Collections.Immutable;

namespace Palisade.Policy.Expansion;

/// <summary>Where a part of the cluster can be reached: any of the peers, on any of the ports.</summary>
/// <param name="Peers">Pods or blocks of one address.</param>
/// <param name="Ports">Ports; a name stands for the number each destination pod gives it.</param>
public sealed record EntityDestination(ImmutableArray<V1NetworkPolicyPeer> Peers, ImmutableArray<V1NetworkPolicyPort> Ports);
