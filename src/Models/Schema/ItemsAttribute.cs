namespace Palisade.Models;

/// <summary>Bounds of the number of a list's items, or of a map's entries, and of the length of items that are texts.</summary>
[AttributeUsage(AttributeTargets.Property, Inherited = false)]
public sealed class ItemsAttribute(int minItems = 0, int maxItems = int.MaxValue) : Attribute
{
    /// <summary>Least number; 0 sets no bound.</summary>
    public int MinItems { get; } = minItems;

    /// <summary>Greatest number; <see cref="int.MaxValue"/> sets no bound.</summary>
    public int MaxItems { get; } = maxItems;

    /// <summary>Greatest length of an item, or of a map's value, that is a text; <see cref="int.MaxValue"/> sets no bound.</summary>
    public int MaxLength { get; init; } = int.MaxValue;
}
