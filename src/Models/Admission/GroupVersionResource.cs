namespace Palisade.Models;

/// <summary>Names a resource: a kind as it stands in request paths.</summary>
public sealed class GroupVersionResource
{
    /// <summary>API group; empty for the core group.</summary>
    public string Group { get; set; } = "";

    /// <summary>Version within the group, such as <c>v1</c>.</summary>
    public string Version { get; set; } = "";

    /// <summary>Lower-case plural, such as <c>networkpolicies</c>.</summary>
    public string Resource { get; set; } = "";
}
