namespace Palisade.Models;

/// <summary>
/// Stamps one NetworkPolicy into every namespace that its selector matches, and keeps it there. As every NetworkPolicy does,
/// it isolates the pods that it selects, in the directions of its policyTypes; what several policies allow adds up.
/// </summary>
[KubernetesEntity(Group = "palisade.dev", ApiVersion = "v1alpha1", Kind = "ClusterNetworkPolicy", PluralName = "clusternetworkpolicies")]
[KubernetesEntityShortNames("cnetpol")]
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
[GenericAdditionalPrinterColumn(".metadata.creationTimestamp", "Age", "date")]
[GenericAdditionalPrinterColumn(".status.conditions[?(@.type=='Ready')].message", "Message", "string", Priority = 1)]
public sealed class ClusterNetworkPolicy : CustomKubernetesEntity<ClusterNetworkPolicySpec, PolicyStatus>;

/// <summary>What to stamp, and where.</summary>
[ValidationRule(
    "!has(self.ingress) || size(self.ingress) == 0 || !has(self.policyTypes) || size(self.policyTypes) == 0 || 'Ingress' in self.policyTypes",
    "ingress rules need Ingress in policyTypes"
)]
[ValidationRule(
    "!has(self.egress) || size(self.egress) == 0 || !has(self.policyTypes) || size(self.policyTypes) == 0 || 'Egress' in self.policyTypes",
    "egress rules need Egress in policyTypes"
)]
public sealed class ClusterNetworkPolicySpec
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

    /// <summary>Pods that the policy selects in each namespace; empty, or absent, selects all.</summary>
    public V1LabelSelector? PodSelector { get; set; }

    /// <summary>
    /// Directions that the policy isolates: Ingress, Egress. Absent: Ingress always, and Egress when there is
    /// at least one egress rule.
    /// </summary>
    [Items(maxItems: 8, MaxLength = 64)]
    public IList<string>? PolicyTypes { get; set; }

    /// <summary>
    /// Rules for incoming connections to the selected pods; one that fits suffices. With Ingress isolated and no
    /// rule, nothing may come in; the empty rule, {}, lets everything in.
    /// </summary>
    [Items(maxItems: 64)]
    public IList<ClusterIngressRule>? Ingress { get; set; }

    /// <summary>
    /// Rules for outgoing connections of the selected pods; one that fits suffices. With Egress isolated and no
    /// rule, nothing may go out; the empty rule, {}, lets everything out.
    /// </summary>
    [Items(maxItems: 64)]
    public IList<ClusterEgressRule>? Egress { get; set; }
}
