namespace Palisade.Models;

/// <summary>Names an object, for events.</summary>
public sealed class V1ObjectReference
{
    /// <summary>API version of the object.</summary>
    public string? ApiVersion { get; set; }

    /// <summary>Kind of the object.</summary>
    public string? Kind { get; set; }

    /// <summary>Name of the object.</summary>
    public string? Name { get; set; }

    /// <summary>Namespace of the object; null for cluster-scoped kinds.</summary>
    [System.Text.Json.Serialization.JsonPropertyName("namespace")]
    public string? NamespaceProperty { get; set; }

    /// <summary>UID of the object.</summary>
    public string? Uid { get; set; }

    /// <summary>Version of the object that the event speaks of.</summary>
    public string? ResourceVersion { get; set; }
}
