using Palisade.Kubernetes.Client;

namespace Palisade.Webhook.Certificates;

/// <summary>
/// Keeps the authorities in a Secret that all replicas share. Written with optimistic locking: of two replicas that want to renew at
/// the same time one succeeds, and the other takes over what that one wrote.
/// </summary>
internal sealed class AuthorityStore(IKubernetesClient client, string secretName, string namespaceName)
{
    private const int MaxAttempts = 5;

    /// <summary>Reads the authorities, makes or renews them when it is time, and says what they now are.</summary>
    /// <exception cref="KubernetesException">The API server cannot be reached or refuses.</exception>
    public async Task<AuthorityBundle> EnsureAsync(DateTimeOffset now, CertificateLifetimes lifetimes, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var secret = await client.GetAsync<V1Secret>(secretName, namespaceName, cancellationToken);
            var current = AuthorityBundle.FromSecretData(secret?.Data);
            var next = AuthorityPlan.Next(current, now, lifetimes);
            if (ReferenceEquals(current, next))
            {
                return next;
            }

            try
            {
                await WriteAsync(secret, next, cancellationToken);
                return next;
            }
            catch (KubernetesException exception) when ((exception.IsConflict || exception.IsAlreadyExists) && attempt < MaxAttempts)
            {
                // Another replica was faster: read what it wrote.
            }
        }
    }

    private async Task WriteAsync(V1Secret? secret, AuthorityBundle bundle, CancellationToken cancellationToken)
    {
        if (secret is null)
        {
            var created = new V1Secret
            {
                Metadata = new V1ObjectMeta { Name = secretName, NamespaceProperty = namespaceName },
                Type = "Opaque",
                Data = bundle.ToSecretData(),
            };
            await client.CreateAsync(created, cancellationToken);
            return;
        }

        secret.Data = bundle.ToSecretData();
        await client.UpdateAsync(secret, cancellationToken);
    }
}
