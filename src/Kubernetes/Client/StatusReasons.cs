namespace Palisade.Kubernetes.Client;

/// <summary>Values of <c>Status.reason</c> (metav1.StatusReason), and those that the client itself gives.</summary>
public static class StatusReasons
{
    /// <summary>No such object, or no such kind.</summary>
    public const string NotFound = "NotFound";

    /// <summary>An object of that name exists.</summary>
    public const string AlreadyExists = "AlreadyExists";

    /// <summary>The object changed in between, or another field manager owns a field.</summary>
    public const string Conflict = "Conflict";

    /// <summary>The object breaks a rule of its kind.</summary>
    public const string Invalid = "Invalid";

    /// <summary>The version to watch from, or the page token, is too old.</summary>
    public const string Expired = "Expired";

    /// <summary>As <see cref="Expired"/>, from older servers.</summary>
    public const string Gone = "Gone";

    /// <summary>No valid credentials.</summary>
    public const string Unauthorized = "Unauthorized";

    /// <summary>The credentials do not allow the request.</summary>
    public const string Forbidden = "Forbidden";

    /// <summary>Slow down.</summary>
    public const string TooManyRequests = "TooManyRequests";

    /// <summary>The API server or something it needs is not available now.</summary>
    public const string ServiceUnavailable = "ServiceUnavailable";

    /// <summary>A fault in the API server, or in a webhook that it called.</summary>
    public const string InternalError = "InternalError";

    /// <summary>The request took too long.</summary>
    public const string Timeout = "Timeout";

    /// <summary>Given by the client: no connection, or it broke.</summary>
    public const string Unreachable = "Unreachable";

    /// <summary>Given by the client: the answer is not what the API server is supposed to send.</summary>
    public const string MalformedAnswer = "MalformedAnswer";
}
