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
public sealed class DefaultDenyProfile : IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Version of the API the object is written in.</summary>
    public string ApiVersion { get; set; } = "palisade.dev/v1alpha1";

    /// <summary>Kind of the object.</summary>
    public string Kind { get; set; } = "DefaultDenyProfile";

    /// <summary>Standard object metadata.</summary>
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>What to close, and what to leave open.</summary>
    [Required]
    public DefaultDenyProfileSpec Spec { get; set; } = new();

    /// <summary>What the operator found and did.</summary>
    public PolicyStatus? Status { get; set; }
}
