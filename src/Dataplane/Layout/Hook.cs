namespace Palisade.Dataplane.Layout;

/// <summary>A rule of Palisade's in a chain that it shares with others; always the first one there.</summary>
/// <param name="Chain">The shared chain.</param>
/// <param name="Rule">The rule, exactly as iptables-save prints it, without <c>-A</c> and the chain's name.</param>
public sealed record Hook(string Chain, string Rule);
