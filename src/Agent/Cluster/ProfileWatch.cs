using Palisade.Kubernetes.Client;
using Palisade.Runtime.Caching;

namespace Palisade.Agent.Cluster;

/// <summary>
/// Watches the DefaultDenyProfiles, for those in Audit. What is enforced does not depend on them, so enforcement never waits for them: their
/// definition may not be installed, where only plain NetworkPolicies are used, or the agent may not be allowed to list them yet, as in an upgrade
/// whose ClusterRole comes later. Then there are none, until they can be read.
/// </summary>
internal sealed class ProfileWatch(IKubernetesClient client, ILogger<Informer<DefaultDenyProfile>> logger, TimeProvider clock)
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMinutes(1);
    private readonly Informer<DefaultDenyProfile> _informer = new(
        client,
        new()
        {
            // The operator writes their status all the time; with the spec the API server raises the generation.
            Strip = profile => profile.Status = null,
            IsRelevantChange = (before, after) =>
                after.Metadata.Generation is null || before.Metadata.Generation != after.Metadata.Generation,
        },
        logger,
        clock
    );
    private readonly TaskCompletionSource _unavailable = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile string? _refusal;

    /// <summary>Why profiles in Audit are not looked at; null when they are, or none can exist.</summary>
    public string? Problem =>
        !_informer.HasSynced && (_informer.Failure ?? _refusal) is { } reason
            ? $"DefaultDenyProfiles cannot be read, so those in Audit are left out, and all else is enforced: {reason}"
            : null;

    /// <summary>The watch, once it runs.</summary>
    public IEnumerable<IInformer> Running => _informer.HasSynced ? [_informer] : [];

    public IEnumerable<DefaultDenyProfile> InAudit => _informer.List().Where(ClusterListing.IsAudit);

    public IDisposable Subscribe(Action onChanged) => _informer.Subscribe(_ => onChanged());

    /// <summary>Waits until all profiles were read, or the first attempt failed.</summary>
    public async Task WaitForFirstAttemptAsync(CancellationToken cancellationToken) =>
        await await Task.WhenAny(_informer.WaitForSyncAsync(cancellationToken), _unavailable.Task.WaitAsync(cancellationToken));

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!await IsDefinedAsync(cancellationToken))
        {
            await Task.Delay(PollInterval, clock, cancellationToken);
        }
        await _informer.RunAsync(cancellationToken);
    }

    private async Task<bool> IsDefinedAsync(CancellationToken cancellationToken)
    {
        try
        {
            await client.ListPageAsync<DefaultDenyProfile>(ListOptions.All with { PageSize = 1 }, null, cancellationToken);
            return true;
        }
        catch (KubernetesException e)
        {
            // Whatever else went wrong, the informer reports and tries again.
            _refusal = e.IsNotFound ? null : e.Message;
            _unavailable.TrySetResult();
            return !e.IsNotFound;
        }
    }
}
