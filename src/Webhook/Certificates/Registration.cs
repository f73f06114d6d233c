using Palisade.Kubernetes.Client;

namespace Palisade.Webhook.Certificates;

/// <summary>Puts the authorities into the webhook configuration, so that the API server trusts this webhook.</summary>
internal sealed class Registration(IKubernetesClient client, string configurationName)
{
    /// <summary>Field manager that owns the <c>caBundle</c>, and nothing else.</summary>
    public const string FieldManager = "palisade-webhook";

    /// <summary>Reads the configuration; null when it does not exist.</summary>
    public Task<V1ValidatingWebhookConfiguration?> ReadAsync(CancellationToken cancellationToken) =>
        client.GetAsync<V1ValidatingWebhookConfiguration>(configurationName, cancellationToken: cancellationToken);

    /// <summary>
    /// Makes every webhook of the configuration carry the authorities. The write holds only if the configuration is still as it was
    /// read: a replica that read the authorities before another renewed them cannot put the old ones back.
    /// </summary>
    /// <exception cref="KubernetesException">A conflict when the configuration changed in between; else as the client says.</exception>
    public async Task<bool> PublishAsync(
        V1ValidatingWebhookConfiguration configuration,
        byte[] caBundle,
        CancellationToken cancellationToken
    )
    {
        var webhooks = configuration.Webhooks ?? [];
        if (webhooks.All(webhook => webhook.ClientConfig?.CaBundle?.AsSpan().SequenceEqual(caBundle) == true))
        {
            return false;
        }

        var applied = new V1ValidatingWebhookConfiguration
        {
            Metadata = new V1ObjectMeta { Name = configurationName, ResourceVersion = configuration.Metadata.ResourceVersion },
            Webhooks =
            [
                .. webhooks.Select(webhook => new V1ValidatingWebhook
                {
                    Name = webhook.Name,
                    ClientConfig = new Admissionregistrationv1WebhookClientConfig { CaBundle = caBundle },
                }),
            ],
        };
        await client.ApplyAsync(applied, new ApplyOptions(FieldManager), cancellationToken);
        return true;
    }
}
