namespace Palisade.Models;

/// <summary>One aspect of an object's state (KEP-1623, kstatus).</summary>
public sealed class V1Condition
{
    /// <summary>Aspect, such as <c>Ready</c>.</summary>
    [Required]
    public string Type { get; set; } = "";

    /// <summary><c>True</c>, <c>False</c> or <c>Unknown</c>.</summary>
    [Required]
    public string Status { get; set; } = "";

    /// <summary>Generation of the object that this condition speaks of.</summary>
    public long? ObservedGeneration { get; set; }

    /// <summary>When <c>status</c> last changed.</summary>
    public DateTimeOffset? LastTransitionTime { get; set; }

    /// <summary>Constant CamelCase word for programs.</summary>
    [Required]
    public string Reason { get; set; } = "";

    /// <summary>Sentence for people.</summary>
    [Required]
    public string Message { get; set; } = "";
}
