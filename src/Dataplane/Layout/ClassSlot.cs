namespace Palisade.Dataplane.Layout;

/// <summary>Where a class is found by a packet.</summary>
/// <param name="Direction">Direction of the class.</param>
/// <param name="Number">Its number; <see cref="ClassNumber.Overflow"/> when it has none of its own.</param>
/// <param name="Key">Its key.</param>
/// <param name="Class">The class; null for one that only the kernel still has, whose chain is to be left as it is.</param>
public sealed record ClassSlot(Direction Direction, byte Number, string Key, PodClass? Class)
{
    /// <summary>Whether the class is found by a set lookup of its own.</summary>
    public bool IsOverflow => Number == ClassNumber.Overflow;

    /// <summary>Name of the class's chain.</summary>
    public string ChainName => IsOverflow ? Names.OverflowClass(Direction, Key) : Names.Class(Direction, Number);
}
