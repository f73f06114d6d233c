using System.Security.Cryptography.X509Certificates;
using Palisade.Kubernetes.Client;

namespace Palisade.Webhook.Certificates;

/// <summary>
/// Certificates without anybody's help. The replicas share an authority in a Secret; each issues a serving certificate of its own and
/// keeps it in memory. The order is what keeps every call working while an authority is renewed:
/// <list type="number">
/// <item>the new authority is stored in front of the old one;</item>
/// <item>both are published in the webhook configuration;</item>
/// <item>after a while in which every API server reads that, serving certificates are issued from the new one;</item>
/// <item>the old one is left out when it ends, which is after every certificate it issued has ended.</item>
/// </list>
/// Where the Secret is lost or corrupted, what was published stays so beside the new authority until every replica serves from that one.
/// </summary>
internal sealed partial class SelfManagedCertificates(
    AuthorityStore store,
    Registration registration,
    ServingCertificate serving,
    ServingState state,
    IReadOnlyList<string> names,
    CertificateLifetimes lifetimes,
    TimeProvider timeProvider,
    ILogger<SelfManagedCertificates> logger
) : BackgroundService
{
    private byte[]? _issuer;

    /// <summary>Makes everything as it should be at this moment. Safe to call at any time.</summary>
    public async Task EnsureAsync(CancellationToken cancellationToken)
    {
        // The configuration is read before the Secret, see Registration.PublishAsync.
        var configuration = await registration.ReadAsync(cancellationToken);
        var now = timeProvider.GetUtcNow();
        var bundle = await store.EnsureAsync(now, lifetimes, cancellationToken);
        var inherited = AuthorityPlan.Inherited(bundle, configuration?.Webhooks?.FirstOrDefault()?.ClientConfig?.CaBundle, now, lifetimes);
        if (configuration is null)
        {
            LogNotRegistered(logger);
        }
        else if (await registration.PublishAsync(configuration, bundle.ToPem(inherited), cancellationToken))
        {
            LogPublished(logger, bundle.Signer.Subject);
        }

        Serve(bundle, now);
        state.TrustedAuthorities = [bundle.Signer, .. bundle.Earlier, .. inherited];
        if (configuration is not null)
        {
            state.IsRegistered = true;
        }
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(lifetimes.Interval, timeProvider);
        do
        {
            try
            {
                await EnsureAsync(stoppingToken);
            }
            catch (KubernetesException exception)
            {
                // What is served stays; the next round tries again.
                LogFailed(logger, exception.Reason, exception.Message);
            }
        } while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private void Serve(AuthorityBundle bundle, DateTimeOffset now)
    {
        var fromNewest = _issuer is not null && _issuer.AsSpan().SequenceEqual(bundle.Signer.GetCertHash());
        var isDue = !fromNewest || now >= lifetimes.RenewLeafAt(serving.NotAfter!.Value);
        var isUrgent = serving.NotAfter is not { } notAfter || now >= notAfter - lifetimes.Settling;
        if (!isUrgent && (!isDue || !AuthorityPlan.HasSettled(bundle, now, lifetimes)))
        {
            return;
        }

        var leaf = CertificateIssuer.IssueLeaf(bundle.Signer, names, now, lifetimes);
        serving.Replace(leaf, [X509CertificateLoader.LoadCertificate(bundle.Signer.RawData)]);
        _issuer = bundle.Signer.GetCertHash();
        LogServing(logger, bundle.Signer.Subject, serving.NotAfter);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Serving with a new certificate from {Authority} that ends at {NotAfter}.")]
    private static partial void LogServing(ILogger logger, string authority, DateTimeOffset? notAfter);

    [LoggerMessage(Level = LogLevel.Information, Message = "Published {Authority} in the webhook configuration.")]
    private static partial void LogPublished(ILogger logger, string authority);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "There is no webhook configuration yet; the API server does not call this webhook. Apply config/webhook."
    )]
    private static partial void LogNotRegistered(ILogger logger);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Certificates could not be looked after ({Reason}), trying again: {Message}")]
    private static partial void LogFailed(ILogger logger, string reason, string message);
}

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
