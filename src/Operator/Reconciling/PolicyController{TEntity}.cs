using System.Collections.Concurrent;
using k8s;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;
using Palisade.Operator.Caches;
using Palisade.Operator.Planning;
using Palisade.Operator.Sources;
using Palisade.Operator.Statuses;
using Palisade.Operator.Writing;
using Palisade.Policy.Expansion;
using Palisade.Runtime.Controllers;
using Palisade.Runtime.Queues;

namespace Palisade.Operator.Reconciling;

/// <summary>The custom resources of one kind, as changes elsewhere in the cluster and the workers see them.</summary>
internal interface IPolicyController
{
    /// <summary>Counts of every custom resource, by name.</summary>
    IEnumerable<KeyValuePair<string, OutcomeSummary>> Summaries { get; }

    /// <summary>The part of the cluster that expansions depend on may have changed.</summary>
    void ContextChanged();

    /// <summary>A namespace came, changed or went.</summary>
    void NamespaceChanged(string name);

    /// <summary>A NetworkPolicy came, changed or went, or is met when this replica begins to lead.</summary>
    void PolicyChanged(NamespacedName key);

    /// <summary>Brings one namespace in line with one custom resource.</summary>
    /// <returns>What came of it; null when there is nothing to know of the namespace.</returns>
    Task<NamespaceOutcome?> StampAsync(StampKey key, CancellationToken cancellationToken);
}

/// <summary>
/// Reconciles the custom resources of one kind. For the custom resource itself: validates and expands each generation once, puts the namespaces
/// that it concerns into the queue, and writes its status. For one of its namespaces: decides, writes, and notes what came of it.
/// </summary>
internal sealed class PolicyController<TEntity>(
    SourceKind<TEntity> kind,
    OperatorCaches caches,
    PolicyPlanner planner,
    StampReconciler reconciler,
    StatusWriter<TEntity> statuses,
    WorkQueue<NamespacedName> resources,
    WorkQueue<StampKey> stamps,
    IKubernetesClient client,
    TimeProvider clock
) : IEntityController<TEntity>, IPolicyController
    where TEntity : class, IKubernetesObject<V1ObjectMeta>, new()
{
    private static readonly TimeSpan CacheCatchUp = TimeSpan.FromMilliseconds(200);

    /// <summary>For how long it counts that the API server has the same custom resource as the cache.</summary>
    private static readonly TimeSpan ConfirmationLifetime = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<string, PolicyState> _states = new(StringComparer.Ordinal);

    public IEnumerable<KeyValuePair<string, OutcomeSummary>> Summaries =>
        _states.Select(entry => KeyValuePair.Create(entry.Key, entry.Value.Outcomes.Summarize()));

    public void ContextChanged()
    {
        foreach (var (name, _) in _states)
        {
            resources.Add(new NamespacedName(name));
        }
    }

    public void NamespaceChanged(string name)
    {
        var target = caches.Namespaces.Get(new NamespacedName(name));
        foreach (var (resource, state) in _states)
        {
            if (
                state.Outcomes.Plan?.Source is { } source
                && (
                    (target is not null && source.Selects(target))
                    || state.Outcomes.Find(name) is not null
                    || reconciler.IsStamped(source, name)
                )
            )
            {
                stamps.Add(new StampKey(kind.Name, resource, name));
            }
        }
    }

    public void PolicyChanged(NamespacedName key)
    {
        var policy = caches.Policies.Get(key);
        var owner = policy is not null && PolicyNames.OwnerOf(policy) is { } named && named.Kind == kind.Name ? named.Name : null;
        // Two custom resources may share a name: one that is too long is cut, and nothing keeps another from having the cut one for its own.
        foreach (var (resource, state) in _states)
        {
            if (
                state.Outcomes.Plan?.Source is { } source
                && (source.StampedName == key.Name || source.AlternateName == key.Name || resource == owner)
            )
            {
                if (policy is null)
                {
                    state.Outcomes.ForgetWrite(key);
                }

                stamps.Add(new StampKey(kind.Name, resource, key.Namespace!));
            }
        }

        if (owner is not null && !_states.ContainsKey(owner) && kind.Informer.Get(new NamespacedName(owner)) is null)
        {
            // Its custom resource has gone, perhaps while no operator ran.
            resources.Add(new NamespacedName(owner));
        }
    }

    public async Task<ReconciliationResult<TEntity>> ReconcileAsync(TEntity entity, CancellationToken cancellationToken)
    {
        var state = _states.GetOrAdd(entity.Metadata.Name, _ => new PolicyState());
        var source = kind.Read(entity);
        planner.Read(source, state);
        Enqueue(source, planner.Plan(state));
        if (source.IsDeleting)
        {
            return ReconciliationResult<TEntity>.Success();
        }

        var input = new StatusInput(source.Metadata.Generation, source.StampedName, state.Outcomes.Summarize())
        {
            AlternateName = source.AlternateName,
            Invalid = state.Invalid,
            IsAudit = source.IsAudit,
            PlannedAt = state.PlannedAt,
        };
        var wait = await statuses.WriteAsync(entity, state.LastStatus, input, cancellationToken);
        return state.Invalid is { } message
            ? ReconciliationResult<TEntity>.Terminal(ConditionReasons.InvalidSpec, message, requeueAfter: wait)
            : ReconciliationResult<TEntity>.Success(wait);
    }

    public Task<ReconciliationResult<TEntity>> DeletedAsync(NamespacedName key, CancellationToken cancellationToken)
    {
        var state = _states.GetOrAdd(key.Name, _ => new PolicyState());
        var source = kind.Gone(key, clock.GetUtcNow());
        PolicyPlanner.ReadGone(source, state);
        Enqueue(source, planner.Plan(state));
        if (state.Outcomes.IsEmpty)
        {
            _states.TryRemove(key.Name, out _);
        }

        return Task.FromResult(ReconciliationResult<TEntity>.Success());
    }

    public async Task<NamespaceOutcome?> StampAsync(StampKey key, CancellationToken cancellationToken)
    {
        if (!_states.TryGetValue(key.Name, out var state))
        {
            resources.Add(new NamespacedName(key.Name)); // It was just given up, as all was cleared: is it?
            return null;
        }

        if (state.Outcomes.Plan is not { } plan)
        {
            return null; // It is just being planned, and then every namespace is looked at.
        }

        var (decision, outcome) = reconciler.Decide(plan, key.Namespace, state.Outcomes.Find(key.Namespace));
        if (!decision.IsWrite)
        {
            stamps.Forget(key);
            Conclude(state, plan, key, outcome);
            return outcome;
        }

        if (decision.IsDoubtful && !await ConfirmAsync(plan.Source, state, decision, cancellationToken))
        {
            stamps.AddAfter(key, CacheCatchUp);
            return outcome;
        }

        Conclude(state, plan, key, outcome);
        var written = await reconciler.WriteAsync(plan, decision, cancellationToken);
        Conclude(state, plan, key, written.Outcome);
        ComeBack(key, written);
        return written.Outcome;
    }

    private void Enqueue(PolicySource source, IReadOnlyList<string> namespaces) =>
        stamps.AddBatch(namespaces.Select(name => new StampKey(kind.Name, source.Key.Name, name)));

    /// <summary>Notes what came of a namespace, and lets the status be written when that is news.</summary>
    private void Conclude(PolicyState state, Expansions plan, StampKey key, NamespaceOutcome? outcome)
    {
        if (!state.Outcomes.Conclude(plan, key.Namespace, outcome, out var isNews))
        {
            stamps.Add(key);
        }

        if (outcome is { Reason: ConditionReasons.FieldsDropped })
        {
            stamps.AddAfter(key, DroppedFields.Lifetime);
        }

        if (isNews)
        {
            // At the end of a roll-out at once, until then as often as a status may be written.
            var wait = state.Outcomes.PendingCount == 0 ? TimeSpan.Zero : StatusWriter<TEntity>.Period;
            resources.AddAfter(new NamespacedName(key.Name), wait);
        }
    }

    /// <summary>Brings a namespace back after a write, as soon as there may be more to do.</summary>
    private void ComeBack(StampKey key, WriteOutcome written)
    {
        if (written.IsRetried)
        {
            stamps.AddWithBackoff(key);
            return;
        }

        stamps.Forget(key);
        if (written.Result == WriteOutcome.Dropped)
        {
            stamps.Add(key);
        }
        else if (written.Outcome?.Written is { } write)
        {
            // The watch will bring it back; unless it has shown the write before it was noted here, or never shows it.
            stamps.AddAfter(key, reconciler.IsShown(write) ? TimeSpan.Zero : write.Until - clock.GetUtcNow());
        }
    }

    /// <summary>
    /// Whether the API server has the same custom resource as the cache, alive or being deleted as there, or, like the cache, none. Where the owner
    /// was taken from a NetworkPolicy, only an answer from after that counts.
    /// </summary>
    private async Task<bool> ConfirmAsync(
        PolicySource source,
        PolicyState state,
        StampDecision decision,
        CancellationToken cancellationToken
    )
    {
        var now = clock.GetUtcNow();
        if (
            decision.Ownership != Ownership.Unclear
            && state.Confirmed is { } confirmed
            && ReferenceEquals(confirmed.Source, source)
            && now < confirmed.At + ConfirmationLifetime
        )
        {
            return true;
        }

        var live = await client.GetAsync<TEntity>(source.Key.Name, cancellationToken: cancellationToken);
        var isDeleting = live?.Metadata.DeletionTimestamp is not null;
        var isSame = live?.Metadata.Uid == source.Metadata.Uid && (live is null || isDeleting == source.IsDeleting);
        state.Confirmed = isSame ? new Confirmation(source, now) : null;
        return isSame;
    }
}
