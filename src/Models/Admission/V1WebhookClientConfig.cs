namespace Palisade.Models;

/// <summary>Where the API server reaches a webhook, and whom it trusts there; the fields that Palisade reads or writes.</summary>
public sealed class V1WebhookClientConfig
{
    /// <summary>Certificates of the authorities that may vouch for the webhook, as PEM text; base64 on the wire.</summary>
    public byte[]? CaBundle { get; set; }
}
