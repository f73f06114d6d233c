namespace Palisade.Models;

/// <summary>Bounds of a number, inclusive.</summary>
[AttributeUsage(AttributeTargets.Property, Inherited = false)]
public sealed class RangeAttribute(double minimum, double maximum) : Attribute
{
    /// <summary>Least value.</summary>
    public double Minimum { get; } = minimum;

    /// <summary>Greatest value.</summary>
    public double Maximum { get; } = maximum;
}
