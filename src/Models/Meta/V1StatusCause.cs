namespace Palisade.Models;

/// <summary>One fault of a refused object.</summary>
public sealed class V1StatusCause
{
    /// <summary>Kind of the fault, such as <c>FieldValueInvalid</c>.</summary>
    public string? Reason { get; set; }

    /// <summary>The fault, for people.</summary>
    public string? Message { get; set; }

    /// <summary>Path of the field, such as <c>spec.ingress[0].from[0]</c>.</summary>
    public string? Field { get; set; }
}
