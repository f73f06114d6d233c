namespace Palisade.Models;

/// <summary>Why a namespace could not be brought up to date.</summary>
public sealed class NamespaceFailure
{
    /// <summary>Name of the namespace.</summary>
    public string Namespace { get; set; } = "";

    /// <summary>Constant CamelCase word for programs, such as NameConflict.</summary>
    public string Reason { get; set; } = "";

    /// <summary>Sentence for people.</summary>
    public string Message { get; set; } = "";
}
