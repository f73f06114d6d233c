namespace Palisade.Dataplane;

/// <summary>A policy that compiles to a chain; equal policies share one.</summary>
/// <param name="Chain">Name of the chain.</param>
/// <param name="Policy">The policy, as namespace/name.</param>
public sealed record ChainOwner(string Chain, string Policy);
