using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;
using Palisade.Operator.Caches;
using Palisade.Operator.Ledgers;
using Palisade.Operator.Planning;
using Palisade.Operator.Sources;
using Palisade.Operator.Writing;
using Palisade.Policy.Expansion;

namespace Palisade.Operator.Reconciling;

/// <summary>
/// One round of work for one custom resource: looks at the namespaces that are stale, decides for each, writes in parallel, and enters in the
/// ledger what came of it. A round ends after a second, or <see cref="FirstWrites"/> writes where these take longer, so that a change of the
/// custom resource, or a new namespace, never waits for the end of a roll-out over ten thousand namespaces.
/// </summary>
internal sealed class StampRound(
    OperatorCaches caches,
    StampPlanner planner,
    Stamper stamper,
    BackoffOptions backoff,
    TimeProvider clock,
    int firstWrites = StampRound.FirstWrites
)
{
    private const int FirstWrites = 1000;
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(1);

    /// <summary>Looks at the stale namespaces and works on them.</summary>
    /// <param name="expansions">The custom resource, whose spec is valid, and what it expands to.</param>
    /// <param name="ledger">What became of each namespace so far.</param>
    /// <param name="stale">Which namespaces to look at.</param>
    /// <param name="confirm">Asks the API server whether the custom resource is still the one in the cache.</param>
    /// <param name="cancellationToken">Ends the round; what was not written stays pending in the ledger.</param>
    public async Task<RoundResult> RunAsync(
        Expansions expansions,
        Ledger ledger,
        StaleSet stale,
        Func<CancellationToken, Task<bool>> confirm,
        CancellationToken cancellationToken
    )
    {
        var began = clock.GetTimestamp();
        var first = Plan(expansions, ledger, stale);
        // Another custom resource of the same name has stamped here, or the owner was taken away, as the garbage collector does before it lets
        // an orphaning custom resource go: is it the cache that is behind?
        var isDoubtful = first.Exists(decision => decision.IsDoubtful);
        if (isDoubtful && !await confirm(cancellationToken))
        {
            return RoundResult.CacheIsBehind;
        }

        await WriteAsync(expansions.Source, ledger, first.Concat(More(expansions, ledger, began, isDoubtful)), cancellationToken);
        return ledger.Backlog.Count > 0 ? RoundResult.MoreToDo : RoundResult.Done;
    }

    /// <summary>Decides about the namespaces that are stale, and, if these are few, about some that earlier rounds have left.</summary>
    private List<StampDecision> Plan(Expansions expansions, Ledger ledger, StaleSet stale)
    {
        var marked = Marked(ledger, stale);
        // Or what is in both would be written twice, at the same time.
        ledger.TakeFromBacklog(name => stale.All || marked.ContainsKey(name));
        var writes = new List<StampDecision>();
        foreach (var (name, why) in InOrder(ledger, stale.All, marked))
        {
            if (Look(expansions, ledger, name, why) is not { } decision)
            {
                continue;
            }

            if (writes.Count < firstWrites)
            {
                writes.Add(decision);
            }
            else
            {
                // Only the name: when its turn comes it is decided anew, by what is true then.
                ledger.Backlog.Enqueue(name);
            }
        }

        while (writes.Count < firstWrites && ledger.Backlog.TryDequeue(out var name))
        {
            if (Look(expansions, ledger, name, Staleness.Unfinished) is { } decision)
            {
                writes.Add(decision);
            }
        }

        return writes;
    }

    /// <summary>Decides, while the first ones are written, about more of those that were left, until the round is long enough.</summary>
    private IEnumerable<StampDecision> More(Expansions expansions, Ledger ledger, long began, bool isConfirmed)
    {
        while (clock.GetElapsedTime(began) < LongEnough && ledger.Backlog.TryPeek(out var name))
        {
            var decision = Look(expansions, ledger, name, Staleness.Unfinished);
            if (decision?.IsDoubtful == true && !isConfirmed)
            {
                yield break; // The next round begins with it, and confirms.
            }

            ledger.Backlog.Dequeue();
            if (decision is not null)
            {
                yield return decision;
            }
        }
    }

    /// <summary>Single namespaces to look at, and why.</summary>
    private Dictionary<string, Staleness> Marked(Ledger ledger, StaleSet stale)
    {
        var marked = new Dictionary<string, Staleness>(stale.Namespaces, StringComparer.Ordinal);
        foreach (var due in ledger.Due(clock.GetUtcNow()))
        {
            marked.TryAdd(due, Staleness.Unfinished);
        }

        return marked;
    }

    /// <summary>Those that changed before those that are looked at with all others.</summary>
    private IEnumerable<(string Name, Staleness Why)> InOrder(Ledger ledger, bool all, Dictionary<string, Staleness> marked)
    {
        foreach (
            var (name, why) in marked
                .OrderBy(entry => entry.Value == Staleness.Unfinished)
                .ThenBy(entry => entry.Key, StringComparer.Ordinal)
        )
        {
            // Besides what else happened there: the echo of the last write must not hide that the custom resource has changed.
            yield return (name, all ? why | Staleness.Everything : why);
        }

        if (!all)
        {
            yield break;
        }

        // In the order of the cache: to sort ten thousand names takes longer than to decide about them. Those that are gone come last.
        var present = caches.Namespaces.List().Select(entity => entity.Metadata.Name);
        foreach (var name in present.Union(ledger.Namespaces, StringComparer.Ordinal).Where(name => !marked.ContainsKey(name)))
        {
            yield return (name, Staleness.Everything);
        }
    }

    /// <summary>Decides about one namespace and enters it in the ledger; gives the decision when it needs a write.</summary>
    private StampDecision? Look(Expansions expansions, Ledger ledger, string name, Staleness why)
    {
        var known = ledger.TryGet(name, out var entry) ? entry : null;
        var source = expansions.Source;
        var cached = Find(source, name);
        if (known?.Written is { } written && why == Staleness.Policy && cached.IsUsual && IsSame(written, cached.Usual))
        {
            // The watch shows what was written, and nothing else happened.
            ledger.Enter(name, Settled(known));
            return null;
        }

        var shown = known?.Written is { } last ? cached.Named(last.Metadata.Name, source) : null;
        var awaited = IsAwaited(known, shown, why) ? known!.Written : null;
        var there = awaited is null ? cached : cached.With(awaited, source);
        var decision = planner.Decide(expansions, name, caches.Namespaces.Get(new NamespacedName(name)), there);
        if (known is not null && !why.HasFlag(Staleness.Unfinished) && IsDroppedAgain(known, decision))
        {
            return null;
        }

        ledger.Enter(name, EntryOf(decision, known, awaited));
        return decision.IsWrite ? decision : null;
    }

    /// <summary>Whether in any namespace stands, to the last field, what the custom resource expands to.</summary>
    public bool AnyIsAsExpanded(Expansions expansions) =>
        caches.Namespaces.List().Any(target => planner.IsAsExpanded(expansions, target, Find(expansions.Source, target.Metadata.Name)));

    private StampedPolicies Find(PolicySource source, string namespaceName)
    {
        var usual = caches.Policies.Get(new NamespacedName(namespaceName, source.StampedName));
        var others = caches.AlternatesOf(namespaceName, source.Kind, source.Key.Name);
        // Somebody else's of the other name matters only where the usual one is not to be had.
        return others.Count == 0 && OwnershipRule.Of(usual, source.Kind, source.Metadata) != Ownership.Foreign
            ? StampedPolicies.Only(usual)
            : new(
                usual,
                caches.Policies.Get(new NamespacedName(namespaceName, source.AlternateName)),
                [.. others.Where(policy => policy.Metadata.Name != source.AlternateName)]
            );
    }

    private async Task WriteAsync(
        PolicySource source,
        Ledger ledger,
        IEnumerable<StampDecision> writes,
        CancellationToken cancellationToken
    )
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = stamper.Parallel, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(
            writes,
            options,
            async (decision, token) =>
            {
                var outcome = await stamper.WriteAsync(source, decision, token);
                ledger.Enter(decision.Namespace, WithRetry(ledger, decision.Namespace, WithShortfall(decision, outcome.Entry)));
            }
        );
    }

    /// <summary>
    /// Whether the watch has yet to show the last write: what the cache shows, though it may just have changed, is from before.
    /// </summary>
    private bool IsAwaited(LedgerEntry? known, V1NetworkPolicy? cached, Staleness why) =>
        known is { Written: { } written }
        && known.RetryAt > clock.GetUtcNow()
        && (
            !why.HasFlag(Staleness.Policy)
            || ResourceVersions.Compare(cached?.Metadata.ResourceVersion, written.Metadata.ResourceVersion) < 0
        );

    /// <summary>What the ledger says until a write has come to its end; how often it failed before is kept.</summary>
    private static LedgerEntry? EntryOf(StampDecision decision, LedgerEntry? known, V1NetworkPolicy? awaited) =>
        decision.Verb switch
        {
            StampVerb.Ignore => null,
            StampVerb.Keep when awaited is not null => LedgerEntry.UpToDate with
            {
                Written = awaited,
                RetryAt = known!.RetryAt,
                OtherName = decision.OtherName,
            },
            StampVerb.Keep when decision.OtherName is { } name => LedgerEntry.UpToDate with { OtherName = name },
            StampVerb.Keep => LedgerEntry.UpToDate,
            StampVerb.Wait => new(WaitsFor(decision))
            {
                Reason = decision.Reason,
                Message = decision.Message,
                OtherName = decision.OtherName,
                Written = awaited,
                RetryAt = awaited is null ? null : known!.RetryAt,
            },
            StampVerb.Yield => new(OutcomeState.Blocked) { Reason = decision.Reason, Message = decision.Message },
            StampVerb.Remove => LedgerEntry.Pending with { IsMatched = decision.IsMatched, Attempts = known?.Attempts ?? 0 },
            _ => known is null or { Attempts: 0 } ? LedgerEntry.Pending : LedgerEntry.Pending with { Attempts = known.Attempts },
        };

    /// <summary>What was written is not all that was asked for: until the rest can be had, that is what there is to say.</summary>
    private static LedgerEntry? WithShortfall(StampDecision decision, LedgerEntry? entry) =>
        decision.Reason.Length > 0 && entry is { State: OutcomeState.UpToDate }
            ? entry with
            {
                State = WaitsFor(decision),
                Reason = decision.Reason,
                Message = decision.Message,
            }
            : entry;

    /// <summary>What is not found appears by itself; what is too large is somebody's to change.</summary>
    private static OutcomeState WaitsFor(StampDecision decision) =>
        decision.Reason == UnresolvedPeer.TooManyAddresses ? OutcomeState.Blocked : OutcomeState.Waiting;

    private LedgerEntry? WithRetry(Ledger ledger, string name, LedgerEntry? entry)
    {
        if (entry is null || !entry.IsFailure || entry.RetryAt is not null)
        {
            return entry;
        }

        var failedBefore = ledger.TryGet(name, out var known) ? known.Attempts : 0;
        return entry with { Attempts = failedBefore + 1, RetryAt = clock.GetUtcNow() + backoff.Delay(failedBefore) };
    }

    private static LedgerEntry Settled(LedgerEntry entry) =>
        entry.State == OutcomeState.UpToDate ? LedgerEntry.UpToDate : entry with { Written = null };

    private static bool IsSame(V1NetworkPolicy written, V1NetworkPolicy? cached) =>
        cached is not null
        && cached.Metadata.Uid == written.Metadata.Uid
        && cached.Metadata.ResourceVersion == written.Metadata.ResourceVersion;

    /// <summary>Whether the same would be sent again of which the API server did not keep all, and nothing else has changed since.</summary>
    private static bool IsDroppedAgain(LedgerEntry known, StampDecision decision) =>
        known.Dropped is { } dropped
        && decision is { Verb: StampVerb.Apply, Surplus.Count: 0, Desired: { } desired, Current: { } current }
        && current.Metadata.Uid == dropped.Answer.Metadata.Uid
        && StampedPolicyComparison.Differences(current, dropped.Answer).Count == 0
        && StampedPolicyComparison.Differences(dropped.Desired, desired).Count == 0;
}
