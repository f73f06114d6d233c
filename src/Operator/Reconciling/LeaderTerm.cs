using k8s;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;
using Palisade.Operator.Caches;
using Palisade.Operator.Ledgers;
using Palisade.Operator.Metrics;
using Palisade.Operator.Planning;
using Palisade.Operator.Sources;
using Palisade.Operator.Statuses;
using Palisade.Operator.Writing;
using Palisade.Runtime;
using Palisade.Runtime.Caching;
using Palisade.Runtime.Events;

namespace Palisade.Operator.Reconciling;

/// <summary>
/// The time during which this process leads. Everything that is remembered begins anew with it; the caches alone are older. All that writes
/// runs under its token, so nothing is written any more once leadership is lost.
/// </summary>
internal sealed class LeaderTerm : IDisposable
{
    private static readonly TimeSpan Moment = TimeSpan.FromSeconds(1);
    private static readonly BackoffOptions Backoff = new() { Initial = TimeSpan.FromMilliseconds(200) };
    private readonly IKubernetesClient _client;
    private readonly OperatorCaches _caches;
    private readonly TimeProvider _clock;
    private readonly ClusterContext _context;
    private readonly PolicyController<ClusterNetworkPolicy> _clusterPolicies;
    private readonly PolicyController<DefaultDenyProfile> _profiles;
    private readonly ISourceTrack[] _tracks;

    /// <summary>Makes a term; nothing runs before <see cref="RunAsync"/>.</summary>
    public LeaderTerm(
        IKubernetesClient client,
        OperatorCaches caches,
        Stamper stamper,
        SpecAgreement agreement,
        IEventRecorder events,
        OperatorMetrics metrics,
        OperatorOptions options,
        ILoggerFactory loggers,
        TimeProvider clock
    )
    {
        (_client, _caches, _clock) = (client, caches, clock);
        _context = new ClusterContext(caches, options, clock);
        var round = new StampRound(caches, new StampPlanner(agreement), stamper, Backoff, clock);
        (_clusterPolicies, var first) = Track(SourceKinds.ClusterPolicies(caches));
        (_profiles, var second) = Track(SourceKinds.Profiles(caches, options.Namespace));
        _tracks = [first, second];

        (PolicyController<T>, ISourceTrack) Track<T>(SourceKind<T> kind)
            where T : class, IKubernetesObject<V1ObjectMeta>, new()
        {
            var stale = new StaleNamespaces();
            var statuses = new StatusWriter<T>(kind, client, events, metrics, clock);
            var controller = new PolicyController<T>(kind, caches, stale, _context, round, statuses, client, clock);
            return (controller, new SourceTrack<T>(kind, caches, stale, controller, loggers, clock));
        }
    }

    /// <summary>Counts of every custom resource, by kind and name.</summary>
    public IEnumerable<(string Kind, string Name, LedgerSummary Summary)> Summaries =>
        _clusterPolicies
            .Summaries.Select(entry => (_caches.ClusterPolicies.Kind, entry.Key, entry.Value))
            .Concat(_profiles.Summaries.Select(entry => (_caches.Profiles.Kind, entry.Key, entry.Value)));

    /// <summary>Keeps every namespace as the custom resources ask, until cancelled. The caches have held a complete list.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await CatchUpAsync(_caches.ClusterPolicies, cancellationToken);
        await CatchUpAsync(_caches.Profiles, cancellationToken);

        _context.Follow(() => ForEach(track => track.MarkAll()));
        using var namespaces = _caches.Namespaces.Subscribe(key => ForEach(track => track.MarkNamespace(key.Name)));
        using var policies = _caches.Policies.Subscribe(key => ForEach(track => track.MarkPolicy(key)));
        foreach (var policy in _caches.Policies.List())
        {
            // Its custom resource may have gone while no operator ran.
            ForEach(track => track.MarkOrphan(policy));
        }

        await TaskGroup.RunAsync(_tracks.Select(track => (Func<CancellationToken, Task>)track.RunAsync), cancellationToken);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _context.Dispose();
        ForEach(track => track.Dispose());
    }

    /// <summary>
    /// Waits until the cache shows every custom resource as new as the API server has it now. The leader before may have acted on a
    /// change that has not reached this cache; acting on the older state would undo it for a moment.
    /// </summary>
    private async Task CatchUpAsync<T>(IInformer<T> informer, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        foreach (var live in (await _client.ListAsync<T>(cancellationToken: cancellationToken)).Items)
        {
            while (!await ShowsSoonAsync(informer, live, cancellationToken))
            {
                // One that went in between need not ever show in the cache, which may have listed anew since.
                var now = await _client.GetAsync<T>(live.Metadata.Name, cancellationToken: cancellationToken);
                if (now?.Metadata.Uid != live.Metadata.Uid)
                {
                    break;
                }
            }
        }
    }

    /// <summary>Whether the cache shows the object as new as given, now or within a moment.</summary>
    private async Task<bool> ShowsSoonAsync<T>(IInformer<T> informer, T live, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        using var moment = new CancellationTokenSource(Moment, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, moment.Token);
        while (true)
        {
            var changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            using var subscription = informer.Subscribe(_ => changed.TrySetResult());
            if (IsAsNew(informer.Get(NamespacedName.Of(live)), live))
            {
                return true;
            }

            try
            {
                await changed.Task.WaitAsync(either.Token);
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return false;
            }
        }
    }

    private static bool IsAsNew<T>(T? cached, T live)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        cached?.Metadata.Uid == live.Metadata.Uid && cached?.Metadata.Generation >= live.Metadata.Generation;

    private void ForEach(Action<ISourceTrack> action) => Array.ForEach(_tracks, action);
}
