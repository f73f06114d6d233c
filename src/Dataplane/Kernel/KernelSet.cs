using Palisade.Policy.Net;

namespace Palisade.Dataplane.Kernel;

/// <summary>A set as the kernel holds it. Changed in place, as the kernel's is: sets may have 100,000 entries.</summary>
public sealed class KernelSet(string name, IpFamily family, SetKind? kind, int maxEntries)
{
    /// <summary>Name of the set.</summary>
    public string Name { get; set; } = name;

    /// <summary>Family of the addresses.</summary>
    public IpFamily Family { get; } = family;

    /// <summary>Type of the set; null for one that the layout does not use.</summary>
    public SetKind? Kind { get; } = kind;

    /// <summary>Most entries that it takes.</summary>
    public int MaxEntries { get; } = maxEntries;

    /// <summary>Its entries, each with its class; the class is 0 in sets that have none.</summary>
    public Dictionary<SetEntry, byte> Entries { get; } = [];
}
