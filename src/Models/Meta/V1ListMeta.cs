using System.Text.Json.Serialization;

namespace Palisade.Models;

/// <summary>Metadata of a list answer.</summary>
public sealed class V1ListMeta
{
    /// <summary>Token for the next page; null or empty on the last.</summary>
    [JsonPropertyName("continue")]
    public string? ContinueProperty { get; set; }

    /// <summary>Version to start a watch from.</summary>
    public string? ResourceVersion { get; set; }

    /// <summary>How many items follow on later pages, when known.</summary>
    public long? RemainingItemCount { get; set; }
}
