using System.Text.Json;

namespace Palisade.Models;

// admission.k8s.io/v1, which KubernetesClient does not have: nothing is ever read from the API server under it.

/// <summary>What the API server sends to an admission webhook, and what it gets back.</summary>
public sealed class AdmissionReview
{
    /// <summary>Always <c>admission.k8s.io/v1</c>.</summary>
    public string ApiVersion { get; set; } = "admission.k8s.io/v1";

    /// <summary>Always <c>AdmissionReview</c>.</summary>
    public string Kind { get; set; } = "AdmissionReview";

    /// <summary>The question; absent in answers.</summary>
    public AdmissionRequest? Request { get; set; }

    /// <summary>The answer; absent in questions.</summary>
    public AdmissionResponse? Response { get; set; }
}

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

/// <summary>Answer of an admission webhook.</summary>
public sealed class AdmissionResponse
{
    /// <summary>Identity of the request that this answers.</summary>
    public string Uid { get; set; } = "";

    /// <summary>Whether the write may go on.</summary>
    public bool Allowed { get; set; }

    /// <summary>Why the write is refused; null when it is allowed.</summary>
    public V1Status? Status { get; set; }

    /// <summary>What the client shows to its user, at most 256 characters each.</summary>
    public IList<string>? Warnings { get; set; }
}

/// <summary>Names a kind of object: API group (empty for the core group), version and kind.</summary>
public sealed class GroupVersionKind
{
    /// <summary>API group; empty for the core group.</summary>
    public string Group { get; set; } = "";

    /// <summary>Version within the group, such as <c>v1</c>.</summary>
    public string Version { get; set; } = "";

    /// <summary>Kind, such as <c>NetworkPolicy</c>.</summary>
    public string Kind { get; set; } = "";
}

/// <summary>Names a resource: a kind as it stands in request paths.</summary>
public sealed class GroupVersionResource
{
    /// <summary>API group; empty for the core group.</summary>
    public string Group { get; set; } = "";

    /// <summary>Version within the group, such as <c>v1</c>.</summary>
    public string Version { get; set; } = "";

    /// <summary>Lower-case plural, such as <c>networkpolicies</c>.</summary>
    public string Resource { get; set; } = "";
}
