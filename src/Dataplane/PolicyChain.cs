using System.Collections.Immutable;
using Palisade.Policy.Net;

namespace Palisade.Dataplane;

/// <summary>
/// What one or several policies allow in one direction: rules that go to <c>PLSD-OK</c>. Named by a hash of its content, so that
/// equal policies share it, and so that it never changes: other content is another chain.
/// </summary>
/// <param name="Name">Name of the chain, the same in both families.</param>
/// <param name="IPv4">Rules for IPv4.</param>
/// <param name="IPv6">Rules for IPv6.</param>
public sealed record PolicyChain(string Name, ImmutableArray<PolicyRule> IPv4, ImmutableArray<PolicyRule> IPv6)
{
    /// <summary>The rules for the family.</summary>
    public ImmutableArray<PolicyRule> Rules(IpFamily family) => family == IpFamily.IPv4 ? IPv4 : IPv6;

    /// <summary>Names of the sets that the rules look into.</summary>
    public IEnumerable<string> Sets() => IPv4.Concat(IPv6).SelectMany(rule => rule.Sets).Select(lookup => lookup.Set);
}
