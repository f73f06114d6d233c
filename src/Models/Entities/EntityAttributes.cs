namespace Palisade.Models;

// What a custom resource definition says beyond the fields of its class, in the vocabulary of KubeOps; hack/CrdGenerator reads it.

/// <summary>Where objects of a kind live.</summary>
public enum EntityScope
{
    /// <summary>In a namespace.</summary>
    Namespaced,

    /// <summary>In the cluster.</summary>
    Cluster,
}

/// <summary>Whether objects of the kind live in a namespace or in the cluster.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class EntityScopeAttribute(EntityScope scope) : Attribute
{
    /// <summary>Where objects of the kind live.</summary>
    public EntityScope Scope { get; } = scope;
}

/// <summary>Short names by which <c>kubectl</c> knows the kind.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class KubernetesEntityShortNamesAttribute(params string[] shortNames) : Attribute
{
    /// <summary>The short names.</summary>
    public IReadOnlyList<string> ShortNames { get; } = shortNames;
}

/// <summary>Category by which <c>kubectl get</c> lists the kind together with others.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class EntityCategoryAttribute(string category) : Attribute
{
    /// <summary>The category.</summary>
    public string Category { get; } = category;
}

/// <summary>A column of <c>kubectl get</c>, given by a JSON path.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true, Inherited = false)]
public sealed class GenericAdditionalPrinterColumnAttribute(string jsonPath, string name, string type) : Attribute
{
    /// <summary>JSON path of the value.</summary>
    public string JsonPath { get; } = jsonPath;

    /// <summary>Heading of the column.</summary>
    public string Name { get; } = name;

    /// <summary>OpenAPI type of the value: string, integer, number, boolean or date.</summary>
    public string Type { get; } = type;

    /// <summary>Description of the column.</summary>
    public string? Description { get; init; }

    /// <summary>0 shows the column always, 1 only with <c>-o wide</c>.</summary>
    public int Priority { get; init; }
}

/// <summary>The field must be present.</summary>
[AttributeUsage(AttributeTargets.Property, Inherited = false)]
public sealed class RequiredAttribute : Attribute;

/// <summary>Bounds of a list or map.</summary>
[AttributeUsage(AttributeTargets.Property, Inherited = false)]
public sealed class ItemsAttribute(int maxItems) : Attribute
{
    /// <summary>Greatest number of items or entries.</summary>
    public int MaxItems { get; } = maxItems;

    /// <summary>Greatest length of an item, or of a map's value, that is a string; 0 sets no bound.</summary>
    public int MaxLength { get; init; }
}

/// <summary>Greatest length of a string, in characters.</summary>
[AttributeUsage(AttributeTargets.Property, Inherited = false)]
public sealed class LengthAttribute(int maxLength) : Attribute
{
    /// <summary>Greatest length, in characters.</summary>
    public int MaxLength { get; } = maxLength;
}

/// <summary>Makes a list a map keyed by this field (<c>x-kubernetes-list-type: map</c>); lists are atomic otherwise.</summary>
[AttributeUsage(AttributeTargets.Property, Inherited = false)]
public sealed class ListMapKeyAttribute(string key) : Attribute
{
    /// <summary>JSON name of the key field of the items.</summary>
    public string Key { get; } = key;
}

/// <summary>A CEL rule, which API servers from 1.25 on check.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Property, AllowMultiple = true, Inherited = false)]
public sealed class ValidationRuleAttribute(string rule, string message) : Attribute
{
    /// <summary>The expression; <c>self</c> is the value.</summary>
    public string Rule { get; } = rule;

    /// <summary>What to say when the rule does not hold.</summary>
    public string Message { get; } = message;
}
