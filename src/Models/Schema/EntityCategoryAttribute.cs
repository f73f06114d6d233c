namespace Palisade.Models;

/// <summary>Category by which <c>kubectl get</c> lists the kind together with others.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class EntityCategoryAttribute(string category) : Attribute
{
    /// <summary>The category.</summary>
    public string Category { get; } = category;
}
