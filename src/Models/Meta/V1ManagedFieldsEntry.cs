namespace Palisade.Models;

/// <summary>The fields of an object that one field manager owns.</summary>
public sealed class V1ManagedFieldsEntry
{
    /// <summary>Name of the field manager.</summary>
    public string? Manager { get; set; }

    /// <summary><c>Apply</c> or <c>Update</c>.</summary>
    public string? Operation { get; set; }

    /// <summary>Subresource through which the fields were written; empty for the object itself.</summary>
    public string? Subresource { get; set; }

    /// <summary>When the manager last changed its fields.</summary>
    public DateTimeOffset? Time { get; set; }
}
