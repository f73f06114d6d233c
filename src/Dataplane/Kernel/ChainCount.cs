using System.Collections.Immutable;

namespace Palisade.Dataplane.Kernel;

/// <summary>Packets that a chain let through or sent to its end, in both families together.</summary>
/// <param name="Direction">Direction that the chain judges.</param>
/// <param name="Key">What the chain does, as a hash: it stays the same over restarts, and on every node.</param>
/// <param name="Policies">The policies that it stands for, as namespace/name; equal ones share a chain.</param>
/// <param name="Packets">How many packets since the chain was written.</param>
public sealed record ChainCount(Direction Direction, string Key, ImmutableArray<string> Policies, long Packets);
