namespace Palisade.Models;

/// <summary>Value the API server sets when the field is absent.</summary>
[AttributeUsage(AttributeTargets.Property, Inherited = false)]
public sealed class DefaultAttribute(object value) : Attribute
{
    /// <summary>The value: a text, a number or a boolean.</summary>
    public object Value { get; } = value;
}
