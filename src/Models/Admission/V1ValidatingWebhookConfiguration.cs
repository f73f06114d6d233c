namespace Palisade.Models;

/// <summary>Tells the API server which webhooks to ask before a write; the fields that Palisade reads or writes.</summary>
[KubernetesEntity(
    Group = "admissionregistration.k8s.io",
    ApiVersion = "v1",
    Kind = "ValidatingWebhookConfiguration",
    PluralName = "validatingwebhookconfigurations"
)]
public sealed class V1ValidatingWebhookConfiguration : IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Version of the API the object is written in.</summary>
    public string ApiVersion { get; set; } = "admissionregistration.k8s.io/v1";

    /// <summary>Kind of the object.</summary>
    public string Kind { get; set; } = "ValidatingWebhookConfiguration";

    /// <summary>Standard object metadata.</summary>
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>The webhooks, one a name.</summary>
    public IList<V1ValidatingWebhook>? Webhooks { get; set; }
}
