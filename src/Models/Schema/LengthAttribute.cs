namespace Palisade.Models;

/// <summary>Greatest length of a text.</summary>
[AttributeUsage(AttributeTargets.Property, Inherited = false)]
public sealed class LengthAttribute(int maxLength) : Attribute
{
    /// <summary>Greatest length, in characters.</summary>
    public int MaxLength { get; } = maxLength;
}
