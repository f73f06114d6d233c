namespace Palisade.Models;

/// <summary>Makes a list a map keyed by this field (<c>x-kubernetes-list-type: map</c>); lists are atomic otherwise.</summary>
[AttributeUsage(AttributeTargets.Property, Inherited = false)]
public sealed class ListMapKeyAttribute(string key) : Attribute
{
    /// <summary>JSON name of the key field of the items.</summary>
    public string Key { get; } = key;
}
