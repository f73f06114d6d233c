using System.Collections.Immutable;

namespace Palisade.Policy.Expansion;

/// <summary>Pods that serve the cluster's DNS, as far as a policy of their own namespace has to let others in to them.</summary>
/// <param name="Namespace">Namespace that they run in.</param>
/// <param name="Ports">Ports that they listen on; a name stands for the number each pod gives it.</param>
public sealed record DnsServerPods(string Namespace, ImmutableArray<V1NetworkPolicyPort> Ports);
