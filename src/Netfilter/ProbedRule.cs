namespace Palisade.Netfilter;

/// <summary>A match or target that the layout writes.</summary>
/// <param name="Name">What it is called, and the kernel module that brings it.</param>
/// <param name="Rules">Rules that need it, in the table mangle.</param>
internal sealed record ProbedRule(string Name, params string[] Rules);
