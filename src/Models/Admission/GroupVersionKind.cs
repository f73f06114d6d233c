namespace Palisade.Models;

/// <summary>Names a kind of object.</summary>
public sealed class GroupVersionKind
{
    /// <summary>API group; empty for the core group.</summary>
    public string Group { get; set; } = "";

    /// <summary>Version within the group, such as <c>v1</c>.</summary>
    public string Version { get; set; } = "";

    /// <summary>Kind, such as <c>NetworkPolicy</c>.</summary>
    public string Kind { get; set; } = "";
}
