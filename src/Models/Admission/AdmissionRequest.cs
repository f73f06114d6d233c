using System.Text.Json;

namespace Palisade.Models;

/// <summary>One write to the API server that an admission webhook may refuse.</summary>
public sealed class AdmissionRequest
{
    /// <summary>Identity of the request; the answer repeats it.</summary>
    public string Uid { get; set; } = "";

    /// <summary>Kind of the object, after conversion to the version that the webhook asked for.</summary>
    public GroupVersionKind Kind { get; set; } = new();

    /// <summary>Resource of the object, after conversion to the version that the webhook asked for.</summary>
    public GroupVersionResource Resource { get; set; } = new();

    /// <summary>Subresource that is written to, such as <c>status</c>; null or empty for the object itself.</summary>
    public string? SubResource { get; set; }

    /// <summary>Name of the object; null or empty when the API server is yet to make one.</summary>
    public string? Name { get; set; }

    /// <summary>Namespace of the object; null or empty for cluster-scoped kinds.</summary>
    public string? Namespace { get; set; }

    /// <summary><c>CREATE</c>, <c>UPDATE</c>, <c>DELETE</c> or <c>CONNECT</c>.</summary>
    public string Operation { get; set; } = "";

    /// <summary>Who asks.</summary>
    public V1UserInfo UserInfo { get; set; } = new();

    /// <summary>The object as it would be; null on deletion.</summary>
    public JsonElement? Object { get; set; }

    /// <summary>The object as it is; null on creation.</summary>
    public JsonElement? OldObject { get; set; }

    /// <summary>Whether the write is a trial only, to be answered without side effects.</summary>
    public bool? DryRun { get; set; }
}
