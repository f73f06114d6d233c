using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;
using Palisade.Kubernetes.Events;
using Palisade.Kubernetes.Queues;
using Palisade.Models;
using Palisade.Operator.Caches;
using Palisade.Operator.Ledgers;
using Palisade.Operator.Metrics;
using Palisade.Operator.Planning;
using Palisade.Operator.Sources;
using Palisade.Operator.Statuses;
using Palisade.Operator.Writing;

namespace Palisade.Operator.Reconciling;

/// <summary>
/// The time during which this process leads. Everything that is remembered begins anew with it; the caches alone are older. All that writes
/// runs under its token, so nothing is written any more once leadership is lost.
/// </summary>
internal sealed class LeaderTerm : IDisposable
{
    private static readonly TimeSpan LookPeriod = TimeSpan.FromMilliseconds(20);
    private static readonly BackoffOptions Backoff = new() { Initial = TimeSpan.FromMilliseconds(200) };
    private readonly IKubernetesClient client;
    private readonly OperatorCaches caches;
    private readonly TimeProvider clock;
    private readonly ClusterContext context;
    private readonly PolicyController<ClusterNetworkPolicy> clusterPolicies;
    private readonly PolicyController<DefaultDenyProfile> profiles;
    private readonly ISourceTrack[] tracks;

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
        (this.client, this.caches, this.clock) = (client, caches, clock);
        context = new ClusterContext(caches, options.Namespace, options.WebhookPort);
        var round = new StampRound(caches, new StampPlanner(agreement), stamper, Backoff, clock);
        (clusterPolicies, var first) = Track(SourceKinds.ClusterPolicies(caches));
        (profiles, var second) = Track(SourceKinds.Profiles(caches, options.Namespace));
        tracks = [first, second];

        (PolicyController<T>, ISourceTrack) Track<T>(SourceKind<T> kind)
            where T : class, IKubernetesObject<V1ObjectMeta>, new()
        {
            var stale = new StaleNamespaces();
            var statuses = new StatusWriter<T>(kind, client, events, metrics, clock);
            var controller = new PolicyController<T>(kind, stale, context, round, statuses, client, clock);
            return (controller, new SourceTrack<T>(kind, caches, stale, controller, loggers, clock));
        }
    }

    /// <summary>Counts of every custom resource, by kind and name.</summary>
    public IEnumerable<(string Kind, string Name, LedgerSummary Summary)> Summaries =>
        clusterPolicies
            .Summaries.Select(entry => (caches.ClusterPolicies.Kind, entry.Key, entry.Value))
            .Concat(profiles.Summaries.Select(entry => (caches.Profiles.Kind, entry.Key, entry.Value)));

    /// <summary>Keeps every namespace as the custom resources ask, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        await caches.WaitForSyncAsync(cancellationToken);
        await CatchUpAsync<ClusterNetworkPolicy>(caches.ClusterPolicies.Get, cancellationToken);
        await CatchUpAsync<DefaultDenyProfile>(caches.Profiles.Get, cancellationToken);

        context.Follow(() => ForEach(track => track.MarkAll()));
        using var namespaces = caches.Namespaces.Subscribe(key => ForEach(track => track.MarkNamespace(key.Name)));
        using var policies = caches.Policies.Subscribe(key => ForEach(track => track.MarkPolicy(key)));
        foreach (var policy in caches.Policies.List())
        {
            // Its custom resource may have gone while no operator ran.
            ForEach(track => track.MarkOrphan(policy));
        }

        await Task.WhenAll(tracks.Select(track => track.RunAsync(cancellationToken)));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        context.Dispose();
        ForEach(track => track.Dispose());
    }

    /// <summary>
    /// Waits until the cache shows every custom resource as new as the API server has it now. The leader before may have acted on a
    /// change that has not reached this cache; acting on the older state would undo it for a moment.
    /// </summary>
    private async Task CatchUpAsync<T>(Func<NamespacedName, T?> cached, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        foreach (var live in (await client.ListAsync<T>(cancellationToken: cancellationToken)).Items)
        {
            // One that goes while this waits is found gone by the API server, not by the cache, which may be behind.
            while (!IsAsNew(cached(NamespacedName.Of(live)), live))
            {
                await Task.Delay(LookPeriod, clock, cancellationToken);
                if (
                    await client.GetAsync<T>(live.Metadata.Name, cancellationToken: cancellationToken) is not { } now
                    || now.Metadata.Uid != live.Metadata.Uid
                )
                {
                    break;
                }
            }
        }
    }

    private static bool IsAsNew<T>(T? cached, T live)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        cached?.Metadata.Uid == live.Metadata.Uid && cached?.Metadata.Generation >= live.Metadata.Generation;

    private void ForEach(Action<ISourceTrack> action) => Array.ForEach(tracks, action);
}
