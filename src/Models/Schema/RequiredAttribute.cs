namespace Palisade.Models;

/// <summary>The field must be present.</summary>
[AttributeUsage(AttributeTargets.Property, Inherited = false)]
public sealed class RequiredAttribute : Attribute;
