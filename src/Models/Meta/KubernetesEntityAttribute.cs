namespace Palisade.Models;

/// <summary>Names the group, version, kind and plural under which the API server serves a type.</summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class KubernetesEntityAttribute : Attribute
{
    /// <summary>API group; empty for the core group.</summary>
    public string Group { get; init; } = "";

    /// <summary>Version within the group, such as <c>v1</c>.</summary>
    public required string ApiVersion { get; init; }

    /// <summary>Kind, such as <c>Pod</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Lower-case plural as it stands in request paths, such as <c>pods</c>.</summary>
    public required string PluralName { get; init; }
}
