namespace Palisade.Policy.Validation;

/// <summary>What a finding leads to.</summary>
public enum FindingSeverity
{
    /// <summary>The object is legal but suspicious: it is let in, and the user is told.</summary>
    Warning,

    /// <summary>The object is refused.</summary>
    Error,
}
