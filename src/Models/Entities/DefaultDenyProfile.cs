namespace Palisade.Models;

/// <summary>
/// Closes every namespace that its selector matches, but for the usual allowances: stamps one default-deny
/// NetworkPolicy into each and keeps it there.
/// </summary>
[KubernetesEntity(Group = "palisade.dev", ApiVersion = "v1alpha1", Kind = "DefaultDenyProfile", PluralName = "defaultdenyprofiles")]
[KubernetesEntityShortNames("ddp")]
[EntityScope(EntityScope.Cluster)]
[EntityCategory("palisade")]
[GenericAdditionalPrinterColumn(
    ".status.conditions[?(@.type=='Ready')].status",
    "Ready",
    "string",
    Description = "Whether every matching namespace holds the stamped NetworkPolicy."
)]
[GenericAdditionalPrinterColumn(
    ".status.namespaces.matched",
    "Namespaces",
    "integer",
    Description = "Namespaces that the selector matches."
)]
[GenericAdditionalPrinterColumn(
    ".status.namespaces.upToDate",
    "Up-to-date",
    "integer",
    Description = "Matching namespaces whose stamped NetworkPolicy is as it should be."
)]
[GenericAdditionalPrinterColumn(".spec.enforcement", "Enforcement", "string", Description = "Enforce or Audit; empty is Enforce.")]
[GenericAdditionalPrinterColumn(".metadata.creationTimestamp", "Age", "date")]
[GenericAdditionalPrinterColumn(".status.conditions[?(@.type=='Ready')].message", "Message", "string", Priority = 1)]
public sealed class DefaultDenyProfile : CustomKubernetesEntity<DefaultDenyProfileSpec, PolicyStatus>;

/// <summary>What to close, and what to leave open.</summary>
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

    /// <summary>Lets the owner of a namespace leave it out by the label palisade.dev/opt-out=true.</summary>
    public bool? AllowOptOut { get; set; }

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

/// <summary>What a DefaultDenyProfile leaves open.</summary>
public sealed class DefaultDenyAllowances
{
    /// <summary>
    /// Queries to the cluster's DNS servers; in the namespace that these run in, also queries from everybody, on the
    /// ports that they listen on. Absent: true.
    /// </summary>
    public bool? Dns { get; set; }

    /// <summary>Connections between pods of the same namespace, both ways. Absent: true.</summary>
    public bool? SameNamespace { get; set; }

    /// <summary>Connections to the API server. Absent: false.</summary>
    public bool? KubeAPIServer { get; set; }

    /// <summary>More rules for incoming connections.</summary>
    [Items(maxItems: 64)]
    public IList<ClusterIngressRule>? Ingress { get; set; }

    /// <summary>More rules for outgoing connections.</summary>
    [Items(maxItems: 64)]
    public IList<ClusterEgressRule>? Egress { get; set; }
}
