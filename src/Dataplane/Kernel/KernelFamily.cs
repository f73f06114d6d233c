using Palisade.Dataplane.Layout;
using Palisade.Policy.Net;

namespace Palisade.Dataplane.Kernel;

/// <summary>The rules of one family as the kernel holds them.</summary>
/// <param name="Family">The family.</param>
/// <param name="Filter">The filter table.</param>
/// <param name="Mangle">The mangle table.</param>
public sealed record KernelFamily(IpFamily Family, KernelTable Filter, KernelTable Mangle)
{
    /// <summary>A family without rules.</summary>
    public static KernelFamily Empty(IpFamily family) => new(family, new KernelTable(), new KernelTable());

    /// <summary>The table of that name.</summary>
    public KernelTable Table(string name) => name == TableLayout.Filter ? Filter : Mangle;

    /// <summary>Own sets that rules refer to.</summary>
    public HashSet<string> ReferencedSets() => new(Mangle.Chains.Values.SelectMany(chain => chain.Sets), StringComparer.Ordinal);
}
