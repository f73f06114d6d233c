using System.Net;

namespace Palisade.Kubernetes.Client;

/// <summary>
/// A request that the API server refused or that did not reach it. It always carries a <see cref="V1Status"/>: the API server's own, or one
/// that the client made with reason <see cref="StatusReasons.Unreachable"/>, <see cref="StatusReasons.Timeout"/> or
/// <see cref="StatusReasons.MalformedAnswer"/>.
/// </summary>
public sealed class KubernetesException : Exception
{
    /// <summary>Makes an exception from a status.</summary>
    public KubernetesException(V1Status status, Exception? innerException = null)
        : base(status?.Message ?? status?.Reason ?? "the API server gave no reason", innerException)
    {
        ArgumentNullException.ThrowIfNull(status);
        Status = status;
    }

    /// <summary>What the API server answered.</summary>
    public V1Status Status { get; }

    /// <summary>Reason for programs, one of <see cref="StatusReasons"/>; empty when none was given.</summary>
    public string Reason => Status.Reason ?? "";

    /// <summary>HTTP status code; 0 when there was no answer.</summary>
    public HttpStatusCode Code => (HttpStatusCode)(Status.Code ?? 0);

    /// <summary>Single faults of a refused object.</summary>
    public IReadOnlyList<V1StatusCause> Causes => Status.Details?.Causes?.AsReadOnly() ?? [];

    /// <summary>How long the API server asks to wait before another try.</summary>
    public TimeSpan? RetryAfter => Status.Details?.RetryAfterSeconds is > 0 and var seconds ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>Whether there is no such object.</summary>
    public bool IsNotFound => Code == HttpStatusCode.NotFound;

    /// <summary>Whether an object of that name exists.</summary>
    public bool IsAlreadyExists => Reason == StatusReasons.AlreadyExists;

    /// <summary>Whether the object changed in between, or another field manager owns a field.</summary>
    public bool IsConflict => Code == HttpStatusCode.Conflict && !IsAlreadyExists;

    /// <summary>Whether the version to watch from or the page token is too old, so that a fresh list is needed.</summary>
    public bool IsExpired => Code == HttpStatusCode.Gone || Reason is StatusReasons.Expired or StatusReasons.Gone;

    /// <summary>Whether the same request may well succeed later, without anybody changing anything.</summary>
    public bool IsTransient =>
        (int)Code is 408 or 429 or >= 500 || Reason is StatusReasons.Unreachable or StatusReasons.Timeout or StatusReasons.MalformedAnswer;
}

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
