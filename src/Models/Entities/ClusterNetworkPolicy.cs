namespace Palisade.Models;

/// <summary>
/// Stamps one NetworkPolicy into every namespace that its selector matches, and keeps it there.
/// It only allows; several policies add up.
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
public sealed class ClusterNetworkPolicy : IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Version of the API the object is written in.</summary>
    public string ApiVersion { get; set; } = "palisade.dev/v1alpha1";

    /// <summary>Kind of the object.</summary>
    public string Kind { get; set; } = "ClusterNetworkPolicy";

    /// <summary>Standard object metadata.</summary>
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>What to stamp, and where.</summary>
    [Required]
    public ClusterNetworkPolicySpec Spec { get; set; } = new();

    /// <summary>What the operator found and did.</summary>
    public PolicyStatus? Status { get; set; }
}
