namespace Palisade.Models;

/// <summary>A source or destination: pods by labels, or a block of addresses.</summary>
public sealed class V1NetworkPolicyPeer
{
    /// <summary>Pods by labels, in the policy's own namespace unless namespaceSelector is given too.</summary>
    public V1LabelSelector? PodSelector { get; set; }

    /// <summary>Namespaces by labels; all their pods unless podSelector is given too.</summary>
    public V1LabelSelector? NamespaceSelector { get; set; }

    /// <summary>A block of addresses; excludes the selectors.</summary>
    public V1IPBlock? IpBlock { get; set; }
}
