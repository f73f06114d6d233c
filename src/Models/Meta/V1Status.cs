namespace Palisade.Models;

/// <summary>Answer of the API server to a request that has no object to return, above all errors.</summary>
public sealed class V1Status
{
    /// <summary>Always <c>v1</c>.</summary>
    public string? ApiVersion { get; set; }

    /// <summary>Always <c>Status</c>.</summary>
    public string? Kind { get; set; }

    /// <summary>List metadata, mostly empty.</summary>
    public V1ListMeta? Metadata { get; set; }

    /// <summary><c>Success</c> or <c>Failure</c>.</summary>
    public string? Status { get; set; }

    /// <summary>What went wrong, for people.</summary>
    public string? Message { get; set; }

    /// <summary>What went wrong, for programs, such as <c>NotFound</c> or <c>Conflict</c>.</summary>
    public string? Reason { get; set; }

    /// <summary>What the error is about.</summary>
    public V1StatusDetails? Details { get; set; }

    /// <summary>HTTP status code.</summary>
    public int? Code { get; set; }
}
