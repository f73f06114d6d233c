namespace Palisade.Models;

/// <summary>What a DefaultDenyProfile closes, and what it leaves open.</summary>
public sealed class DefaultDenyProfileSpec
{
    /// <summary>
    /// Namespaces to stamp into, by their labels. An empty selector, {}, is every namespace.
    /// </summary>
    [Required]
    public V1LabelSelector? NamespaceSelector { get; set; }

    /// <summary>Namespaces to leave alone, by name or glob: * stands for any text, ? for one character.</summary>
    [Items(maxItems: 256, MaxLength = 253)]
    public IList<string>? ExcludedNamespaces { get; set; }

    /// <summary>
    /// Whether kube-system, kube-public, kube-node-lease, openshift-dns (where OpenShift's DNS runs) and Palisade's own
    /// namespace may match too. They are left alone unless this is true.
    /// </summary>
    public bool? IncludeSystemNamespaces { get; set; }

    /// <summary>Directions to close: Ingress, Egress. Absent: both.</summary>
    [Items(maxItems: 8, MaxLength = 64)]
    public IList<string>? PolicyTypes { get; set; }

    /// <summary>What to leave open. Absent: cluster DNS and traffic within the namespace.</summary>
    public DefaultDenyAllowances? Allow { get; set; }

    /// <summary>
    /// Enforce, or Audit: nothing is stamped, and the agents count and log what would be denied. Absent: Enforce.
    /// </summary>
    [Length(maxLength: 64)]
    public string? Enforcement { get; set; }
}
