using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Palisade.Kubernetes.Client;

namespace Palisade.Webhook.Certificates;

/// <summary>
/// The authorities that are trusted at one time: the one that issues, with its key, and those before it that have not ended.
/// Stored in a Secret so that all replicas share it.
/// </summary>
/// <param name="Signer">The newest authority, with its key.</param>
/// <param name="Earlier">Older authorities, newest first, without keys.</param>
internal sealed record AuthorityBundle(X509Certificate2 Signer, IReadOnlyList<X509Certificate2> Earlier)
{
    /// <summary>Key of the Secret that holds all certificates, newest first.</summary>
    public const string CertificatesKey = "ca.crt";

    /// <summary>Key of the Secret that holds the private key of the newest.</summary>
    public const string PrivateKeyKey = "ca.key";

    /// <summary>All certificates, newest first, as PEM text: the <c>caBundle</c> of the webhook configuration.</summary>
    public byte[] ToPem() => ToPem([]);

    /// <summary>All certificates and further ones after them, as PEM text.</summary>
    public byte[] ToPem(IEnumerable<X509Certificate2> further)
    {
        var text = new StringBuilder();
        foreach (var certificate in Earlier.Prepend(Signer).Concat(further))
        {
            text.Append(certificate.ExportCertificatePem()).Append('\n');
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>The contents of the Secret.</summary>
    public IDictionary<string, byte[]> ToSecretData()
    {
        using var key = Signer.GetECDsaPrivateKey() ?? throw new InvalidOperationException("The issuing authority has no key.");
        return new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            [CertificatesKey] = ToPem(),
            [PrivateKeyKey] = Encoding.ASCII.GetBytes(key.ExportPkcs8PrivateKeyPem()),
        };
    }

    /// <summary>The authorities of a PEM text; none when it is not one.</summary>
    public static IReadOnlyList<X509Certificate2> ReadCertificates(byte[] pem)
    {
        try
        {
            var all = new X509Certificate2Collection();
            all.ImportFromPem(Encoding.ASCII.GetString(pem));
            return [.. all.Where(IsAuthority)];
        }
        catch (CryptographicException)
        {
            return [];
        }
    }

    /// <summary>Reads the contents of the Secret; null when they are not authorities with a key that fits the first.</summary>
    public static AuthorityBundle? FromSecretData(IDictionary<string, byte[]>? data)
    {
        if (
            data is null
            || !data.TryGetValue(CertificatesKey, out var certificates)
            || !data.TryGetValue(PrivateKeyKey, out var privateKey)
        )
        {
            return null;
        }

        try
        {
            var all = new X509Certificate2Collection();
            all.ImportFromPem(Encoding.ASCII.GetString(certificates));
            if (all.Count == 0 || !IsAuthority(all[0]))
            {
                return null;
            }

            using var key = ECDsa.Create();
            key.ImportFromPem(Encoding.ASCII.GetString(privateKey));
            return new AuthorityBundle(all[0].CopyWithPrivateKey(key), [.. all.Skip(1)]);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            return null;
        }
    }

    private static bool IsAuthority(X509Certificate2 certificate) =>
        certificate.Extensions.OfType<X509BasicConstraintsExtension>().Any(constraints => constraints.CertificateAuthority);
}

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
