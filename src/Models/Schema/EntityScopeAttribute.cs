namespace Palisade.Models;

/// <summary>Whether objects of the kind live in a namespace or in the cluster.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class EntityScopeAttribute(EntityScope scope) : Attribute
{
    /// <summary>Where objects of the kind live.</summary>
    public EntityScope Scope { get; } = scope;
}
