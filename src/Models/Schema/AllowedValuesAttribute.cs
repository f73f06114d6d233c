namespace Palisade.Models;

/// <summary>The values a text, or each item of a list of texts, may have.</summary>
[AttributeUsage(AttributeTargets.Property, Inherited = false)]
public sealed class AllowedValuesAttribute(params string[] values) : Attribute
{
    /// <summary>The values.</summary>
    public IReadOnlyList<string> Values { get; } = values;
}
