namespace Palisade.Webhook.Admission;

/// <summary>Values of <c>AdmissionRequest.operation</c>.</summary>
internal static class AdmissionOperations
{
    /// <summary>An object is made.</summary>
    public const string Create = "CREATE";

    /// <summary>An object is changed.</summary>
    public const string Update = "UPDATE";

    /// <summary>An object is deleted.</summary>
    public const string Delete = "DELETE";

    /// <summary>A connection through the API server, such as a port-forward.</summary>
    public const string Connect = "CONNECT";
}
