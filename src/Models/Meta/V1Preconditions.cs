namespace Palisade.Models;

/// <summary>What must hold for a deletion to be carried out; else the API server answers Conflict.</summary>
public sealed class V1Preconditions
{
    /// <summary>UID the object must have.</summary>
    public string? Uid { get; set; }

    /// <summary>Version the object must have.</summary>
    public string? ResourceVersion { get; set; }
}
