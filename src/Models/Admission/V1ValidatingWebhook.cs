namespace Palisade.Models;

/// <summary>One webhook of a configuration; the fields that Palisade reads or writes.</summary>
public sealed class V1ValidatingWebhook
{
    /// <summary>Name, unique within the configuration, such as <c>networkpolicies.palisade.dev</c>.</summary>
    public string Name { get; set; } = "";

    /// <summary>Where the API server reaches the webhook, and whom it trusts there.</summary>
    public V1WebhookClientConfig? ClientConfig { get; set; }
}
