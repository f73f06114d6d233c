namespace Palisade.Models;

/// <summary>Greatest number of a list's items, or of a map's entries, and greatest length of items that are texts.</summary>
[AttributeUsage(AttributeTargets.Property, Inherited = false)]
public sealed class ItemsAttribute(int maxItems) : Attribute
{
    /// <summary>Greatest number.</summary>
    public int MaxItems { get; } = maxItems;

    /// <summary>Greatest length of an item, or of a map's value, that is a text; 0 sets no bound.</summary>
    public int MaxLength { get; init; }
}
