using Palisade.Kubernetes.Caching;
using Palisade.Kubernetes.Client;
using Palisade.Models;

namespace Palisade.Agent.Cluster;

/// <summary>
/// Watches the DefaultDenyProfiles, for those in Audit. Their definition may not be installed, where only plain NetworkPolicies are used:
/// then there are none, until it is.
/// </summary>
internal sealed class ProfileWatch(
    IKubernetesClient client,
    InformerOptions<DefaultDenyProfile> options,
    ILogger<Informer<DefaultDenyProfile>> logger,
    TimeProvider clock
)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);
    private readonly Informer<DefaultDenyProfile> _informer = new(client, options, logger, clock);
    private readonly TaskCompletionSource _absent = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Kind => _informer.Kind;

    public bool HasSynced => _informer.HasSynced || _absent.Task.IsCompleted;

    /// <summary>The watch, once it runs.</summary>
    public IEnumerable<IInformer> Running => _informer.HasSynced ? [_informer] : [];

    public IEnumerable<DefaultDenyProfile> InAudit => _informer.List().Where(ClusterListing.IsAudit);

    public IDisposable Subscribe(Action onChanged) => _informer.Subscribe(_ => onChanged());

    public async Task WaitForSyncAsync(CancellationToken cancellationToken) =>
        await await Task.WhenAny(_informer.WaitForSyncAsync(cancellationToken), _absent.Task.WaitAsync(cancellationToken));

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!await IsDefinedAsync(cancellationToken))
        {
            _absent.TrySetResult();
            await Task.Delay(LookAgain, clock, cancellationToken);
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
            return !e.IsNotFound;
        }
    }
}
