using System.Collections.Concurrent;
using k8s;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;
using Palisade.Operator.Caches;
using Palisade.Operator.Ledgers;
using Palisade.Operator.Planning;
using Palisade.Operator.Sources;
using Palisade.Operator.Statuses;
using Palisade.Policy.Expansion;
using Palisade.Policy.Validation;
using Palisade.Runtime.Controllers;

namespace Palisade.Operator.Reconciling;

/// <summary>Reconciles the custom resources of one kind: gathers what is stale, has a round of work done, writes the status.</summary>
internal sealed class PolicyController<TEntity>(
    SourceKind<TEntity> kind,
    OperatorCaches caches,
    StaleNamespaces stale,
    ClusterContext context,
    StampRound round,
    StatusWriter<TEntity> statuses,
    IKubernetesClient client,
    TimeProvider clock
) : IEntityController<TEntity>
    where TEntity : class, IKubernetesObject<V1ObjectMeta>, new()
{
    private static readonly TimeSpan UntilCacheCaughtUp = TimeSpan.FromMilliseconds(200);
    private readonly ConcurrentDictionary<string, SourceState> _states = new(StringComparer.Ordinal);

    /// <summary>Counts of every custom resource, by name.</summary>
    public IEnumerable<KeyValuePair<string, LedgerSummary>> Summaries =>
        _states.Select(entry => KeyValuePair.Create(entry.Key, entry.Value.Summary));

    /// <summary>Whether something is known of a namespace for a custom resource.</summary>
    public bool Knows(string source, string namespaceName) =>
        _states.TryGetValue(source, out var state) && state.Ledger.Knows(namespaceName);

    /// <inheritdoc/>
    public Task<ReconciliationResult<TEntity>> ReconcileAsync(TEntity entity, CancellationToken cancellationToken)
    {
        var source = kind.Of(entity);
        var errors = source.Validate().Where(finding => finding.Severity == FindingSeverity.Error).ToList();
        if (errors.Count > 0 && !source.IsDeleting)
        {
            return StallAsync(entity, source, RejectionMessage.Format(source.Kind, source.Key.Name, errors), cancellationToken);
        }

        _states.GetOrAdd(source.Key.Name, _ => new SourceState()).LastValid = source.IsDeleting ? null : source;
        return TakeAsync(source, state => WorkAsync(entity, source, state, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<ReconciliationResult<TEntity>> DeletedAsync(NamespacedName key, CancellationToken cancellationToken)
    {
        var source = kind.Gone(key, clock.GetUtcNow());
        var result = await TakeAsync(source, _ => Task.FromResult<TimeSpan?>(null), cancellationToken);
        if (result is { IsSuccess: true, RequeueAfter: null })
        {
            _states.TryRemove(key.Name, out _);
        }

        return result;
    }

    /// <summary>
    /// An invalid spec: its last valid form goes on to be kept up, drift repaired; where none was seen, what stood when it was first looked at.
    /// </summary>
    private async Task<ReconciliationResult<TEntity>> StallAsync(
        TEntity entity,
        PolicySource source,
        string message,
        CancellationToken cancellationToken
    )
    {
        var state = _states.GetOrAdd(source.Key.Name, _ => new SourceState());
        if (state.LastValid?.Metadata.Uid != source.Metadata.Uid)
        {
            state.LastValid = new StandingSource(source, Standing(source));
        }

        var result = await TakeAsync(
            state.LastValid!,
            current => statuses.WriteAsync(entity, current, InputOf(source, current) with { Invalid = message }, cancellationToken),
            cancellationToken
        );
        return result.IsSuccess
            ? ReconciliationResult<TEntity>.Terminal(ConditionReasons.InvalidSpec, message, requeueAfter: result.RequeueAfter)
            : result;
    }

    /// <summary>What the custom resource has stamped, as the cache shows it.</summary>
    private Dictionary<string, V1NetworkPolicy> Standing(PolicySource source)
    {
        var standing = new Dictionary<string, V1NetworkPolicy>(StringComparer.Ordinal);
        foreach (var policy in caches.Policies.List())
        {
            if (OwnershipRule.Of(policy, source.Kind, source.Metadata) == Ownership.Ours)
            {
                standing.TryAdd(policy.Metadata.NamespaceProperty!, policy);
            }
        }

        return standing;
    }

    private static StatusInput InputOf(PolicySource source, SourceState state) =>
        new(source.Metadata.Generation, source.StampedName, state.Summary) { AlternateName = source.AlternateName };

    /// <summary>Takes what is stale and has a round done. When anything fails, everything is stale.</summary>
    private async Task<ReconciliationResult<TEntity>> TakeAsync(
        PolicySource source,
        Func<SourceState, Task<TimeSpan?>> report,
        CancellationToken cancellationToken
    )
    {
        var name = source.Key.Name;
        var state = _states.GetOrAdd(name, _ => new SourceState());
        var done = false;
        try
        {
            var wait = await RoundAsync(source, state, stale.Take(name), cancellationToken);
            state.Summary = state.Ledger.Summarize();
            var statusWait = await report(state);
            done = true;
            return ReconciliationResult<TEntity>.Success(Earliest(Earliest(wait, statusWait), UntilRetry(state.Summary)));
        }
        finally
        {
            if (!done)
            {
                stale.MarkAll(name);
            }
        }
    }

    private async Task<TimeSpan?> RoundAsync(PolicySource source, SourceState state, StaleSet set, CancellationToken cancellationToken)
    {
        var plan = (source.Metadata.Uid, source.Metadata.Generation, source.IsDeleting);
        if (state.PlannedFor?.Uid != plan.Uid)
        {
            state.Ledger.Clear();
            state.KnowsDnsByConvention = false;
        }

        // What the status says was stamped for another spec, or nothing was yet: so it is not as it was last resolved anyway.
        state.KnowsDnsByConvention |= source.Status?.ObservedGeneration != source.Metadata.Generation;

        var look = set with { All = set.All || state.PlannedFor != plan };
        var now = context.Current;
        if (state.Expansions?.AreOf(source, now) != true)
        {
            state.Expansions = Expand(source, state, now);
        }

        var result = await round.RunAsync(state.Expansions, state.Ledger, look, token => ConfirmAsync(source, token), cancellationToken);
        if (result == RoundResult.CacheIsBehind)
        {
            stale.MarkAll(source.Key.Name);
            return UntilCacheCaughtUp;
        }

        state.PlannedFor = plan;
        return result == RoundResult.MoreToDo ? TimeSpan.Zero : null;
    }

    private Expansions Expand(PolicySource source, SourceState state, ExpansionContext now)
    {
        var before = state.Expansions;
        if (!state.KnowsDnsByConvention && now.Entities.DnsResolution == DnsResolution.Convention)
        {
            var doubtful = new Expansions(source, now, before) { KnowsDnsByConvention = false };
            if (!round.AnyIsAsExpanded(doubtful))
            {
                return doubtful;
            }
        }

        state.KnowsDnsByConvention = true;
        return new Expansions(source, now, before);
    }

    private async Task<TimeSpan?> WorkAsync(TEntity entity, PolicySource source, SourceState state, CancellationToken cancellationToken)
    {
        if (source.IsDeleting)
        {
            return null;
        }

        return await statuses.WriteAsync(entity, state, InputOf(source, state) with { IsAudit = source.IsAudit }, cancellationToken);
    }

    /// <summary>Whether the API server has the same custom resource as the cache, alive or being deleted as there, or, like the cache, none.</summary>
    private async Task<bool> ConfirmAsync(PolicySource source, CancellationToken cancellationToken)
    {
        var live = await client.GetAsync<TEntity>(source.Key.Name, cancellationToken: cancellationToken);
        var isDeleting = live?.Metadata.DeletionTimestamp is not null;
        return live?.Metadata.Uid == source.Metadata.Uid && (live is null || isDeleting == source.IsDeleting);
    }

    private TimeSpan? UntilRetry(LedgerSummary summary)
    {
        var wait = summary.NextRetry - clock.GetUtcNow();
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait;
    }

    private static TimeSpan? Earliest(TimeSpan? one, TimeSpan? other) => one is null || other < one ? other : one;
}
