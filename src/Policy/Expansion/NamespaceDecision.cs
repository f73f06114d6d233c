using System.Runtime.InteropServices;

namespace Palisade.Policy.Expansion;

/// <summary>Whether a policy applies to a namespace, and why.</summary>
/// <param name="Reason">Constant reason.</param>
/// <param name="Message">What in the policy or the namespace decided; human-readable.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct NamespaceDecision(NamespaceReason Reason, string Message)
{
    /// <summary>Whether to stamp into the namespace.</summary>
    public bool Matches => Reason == NamespaceReason.Matched;

    /// <summary>Whether to leave everything in the namespace as it is: neither write nor remove.</summary>
    public bool LeaveAlone => Reason is NamespaceReason.Terminating or NamespaceReason.InvalidSelector;
}
