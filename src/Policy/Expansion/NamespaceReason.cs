namespace Palisade.Policy.Expansion;

/// <summary>Why a namespace is stamped into or not.</summary>
public enum NamespaceReason
{
    /// <summary>The policy applies: stamp, and keep it so.</summary>
    Matched,

    /// <summary>The selector does not match the labels.</summary>
    NotSelected,

    /// <summary>The namespace is named by excludedNamespaces.</summary>
    Excluded,

    /// <summary>The namespace carries the opt-out label, and the policy allows that.</summary>
    OptedOut,

    /// <summary>A system namespace, or Palisade's own, which the profile leaves alone.</summary>
    SystemNamespace,

    /// <summary>The namespace is being deleted: nothing is written to it, and nothing is removed.</summary>
    Terminating,

    /// <summary>The selector cannot be understood: nothing is written, and what is there stays.</summary>
    InvalidSelector,
}
