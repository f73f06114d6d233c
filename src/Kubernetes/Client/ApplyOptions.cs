namespace Palisade.Kubernetes.Client;

/// <summary>How a server-side apply is done.</summary>
/// <param name="FieldManager">Name under which the fields are owned.</param>
public sealed record ApplyOptions(string FieldManager)
{
    /// <summary>Whether to take fields that another manager owns; when false that is a conflict. Controllers force (KEP-555).</summary>
    public bool Force { get; init; } = true;

    /// <summary>Whether the API server is only to say what would come of it.</summary>
    public bool DryRun { get; init; }

    /// <summary>Such as <c>status</c>; null for the object itself.</summary>
    public string? Subresource { get; init; }
}
