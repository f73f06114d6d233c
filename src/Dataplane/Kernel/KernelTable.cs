using System.Collections.Immutable;

namespace Palisade.Dataplane.Kernel;

/// <summary>What matters of a table: Palisade's chains, and the shared chains that have or are to have hooks.</summary>
public sealed class KernelTable
{
    /// <summary>Own chains by name.</summary>
    public Dictionary<string, KernelChain> Chains { get; } = new(StringComparer.Ordinal);

    /// <summary>All rules of the shared chains, others' too, in the notation of iptables-save.</summary>
    public Dictionary<string, ImmutableArray<string>> Shared { get; } = new(StringComparer.Ordinal);
}
