namespace Palisade.Netfilter;

/// <summary>A chain or set of policies that the kernel, or the tool that writes to it, does not take, while it takes others.</summary>
/// <param name="Name">Name of the chain or set.</param>
/// <param name="Rule">The refused rule of a chain, without <c>-A</c> and the chain's name; null when it is not known which.</param>
/// <param name="Reason">What the tool said.</param>
public sealed record KernelRefusal(string Name, string? Rule, string Reason);
