using System.Text.Json.Serialization;

namespace Palisade.Models;

/// <summary>Metadata of an object; the fields that Palisade reads or writes.</summary>
public sealed class V1ObjectMeta
{
    /// <summary>Name, unique within its namespace and kind.</summary>
    public string Name { get; set; } = "";

    /// <summary>Prefix from which the API server makes a name when none is given.</summary>
    public string? GenerateName { get; set; }

    /// <summary>Namespace of the object; null for cluster-scoped kinds.</summary>
    [JsonPropertyName("namespace")]
    public string? NamespaceProperty { get; set; }

    /// <summary>Identity of this object over its whole life, set by the API server.</summary>
    public string? Uid { get; set; }

    /// <summary>Opaque version for optimistic locking and watches.</summary>
    public string? ResourceVersion { get; set; }

    /// <summary>Number that the API server raises whenever the spec changes.</summary>
    public long? Generation { get; set; }

    /// <summary>When the object was created.</summary>
    public DateTimeOffset? CreationTimestamp { get; set; }

    /// <summary>When the object was asked to be deleted; null while it lives.</summary>
    public DateTimeOffset? DeletionTimestamp { get; set; }

    /// <summary>Labels, to select by.</summary>
    public IDictionary<string, string>? Labels { get; set; }

    /// <summary>Annotations, not to select by.</summary>
    public IDictionary<string, string>? Annotations { get; set; }

    /// <summary>Objects this one belongs to; when all are gone the garbage collector removes it.</summary>
    public IList<V1OwnerReference>? OwnerReferences { get; set; }

    /// <summary>Names of those who must act before the object goes.</summary>
    public IList<string>? Finalizers { get; set; }

    /// <summary>Who owns which field, kept by server-side apply.</summary>
    public IList<V1ManagedFieldsEntry>? ManagedFields { get; set; }
}
