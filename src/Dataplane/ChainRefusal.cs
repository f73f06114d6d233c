namespace Palisade.Dataplane;

/// <summary>Why the kernel does not take a chain of policies.</summary>
/// <param name="Rule">The refused rule, without <c>-A</c> and the chain's name; null when it was a set, or is not known.</param>
/// <param name="Reason">What the tool or the kernel said.</param>
public sealed record ChainRefusal(string? Rule, string Reason);
