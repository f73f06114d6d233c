namespace Palisade.Models;

/// <summary>How an object is to be deleted.</summary>
public sealed class V1DeleteOptions
{
    /// <summary>Always <c>v1</c>.</summary>
    public string ApiVersion { get; set; } = "v1";

    /// <summary>Always <c>DeleteOptions</c>.</summary>
    public string Kind { get; set; } = "DeleteOptions";

    /// <summary>What must hold for the deletion to be carried out.</summary>
    public V1Preconditions? Preconditions { get; set; }

    /// <summary>What becomes of dependents: <c>Orphan</c>, <c>Background</c> or <c>Foreground</c>.</summary>
    public string? PropagationPolicy { get; set; }

    /// <summary>Seconds the object has to end by itself; 0 deletes at once.</summary>
    public long? GracePeriodSeconds { get; set; }
}
