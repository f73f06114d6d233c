namespace Palisade.Models;

/// <summary>Bounds of a text's length, in characters.</summary>
[AttributeUsage(AttributeTargets.Property, Inherited = false)]
public sealed class LengthAttribute(int minLength = 0, int maxLength = int.MaxValue) : Attribute
{
    /// <summary>Least length; 0 sets no bound.</summary>
    public int MinLength { get; } = minLength;

    /// <summary>Greatest length; <see cref="int.MaxValue"/> sets no bound.</summary>
    public int MaxLength { get; } = maxLength;
}
