namespace Palisade.Models;

/// <summary>Answer of an admission webhook.</summary>
public sealed class AdmissionResponse
{
    /// <summary>Identity of the request that this answers.</summary>
    public string Uid { get; set; } = "";

    /// <summary>Whether the write may go on.</summary>
    public bool Allowed { get; set; }

    /// <summary>Why the write is refused; null when it is allowed.</summary>
    public V1Status? Status { get; set; }

    /// <summary>Texts that the client shows to its user, at most 256 characters each.</summary>
    public IList<string>? Warnings { get; set; }
}
