using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;
using Palisade.Operator.Caches;
using Palisade.Operator.Ledgers;
using Palisade.Operator.Metrics;
using Palisade.Operator.Planning;
using Palisade.Operator.Sources;
using Palisade.Operator.Statuses;
using Palisade.Policy.Expansion;

namespace Palisade.Operator.Writing;

/// <summary>
/// Carries out what was decided about a namespace. A NetworkPolicy that is not Palisade's is never touched, whatever happens between the
/// decision and the write: a create fails when there is an object already, and a change or removal names the object's UID.
/// </summary>
internal sealed class Stamper(
    IKubernetesClient client,
    NetworkPolicySlimming slimming,
    SpecAgreement agreement,
    OperatorMetrics metrics,
    TimeProvider clock,
    int parallel
) : IDisposable
{
    /// <summary>When the watch has not shown a write by then it never will: whatever it missed, a list does not show what came and went.</summary>
    private static readonly TimeSpan WatchLag = TimeSpan.FromMinutes(1);
    private readonly PolicyApplier _applier = new(client, slimming, agreement, clock);
    private readonly SemaphoreSlim _gate = new(parallel);

    /// <summary>How many writes are done at once.</summary>
    public int Parallel => parallel;

    /// <summary>Carries out a decision.</summary>
    /// <exception cref="KubernetesException">The API server is away; nothing can be said of the namespace.</exception>
    public async Task<WriteOutcome> WriteAsync(PolicySource source, StampDecision decision, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        WriteOutcome outcome;
        try
        {
            outcome = decision.Verb switch
            {
                StampVerb.Create => await CreateAsync(source, decision.Desired!, cancellationToken),
                StampVerb.Apply => await ChangeAsync(source, decision, cancellationToken),
                StampVerb.Remove => await RemoveAsync(decision, cancellationToken),
                _ => throw new ArgumentOutOfRangeException(nameof(decision), decision.Verb, "no write"),
            };
            if (decision.Verb != StampVerb.Remove && outcome.Entry?.Written is { } standing)
            {
                outcome = await RemoveSurplusAsync(decision, standing, outcome, cancellationToken);
            }
        }
        catch (KubernetesException e) when (!WriteFailure.IsOutage(e))
        {
            outcome = WriteFailure.IsNamespaceGone(e)
                ? new(WriteOutcome.Gone, Entry: null)
                : new(WriteOutcome.Failed, WriteFailure.EntryOf(e) with { IsMatched = decision.IsMatched });
        }
        finally
        {
            _gate.Release();
        }

        metrics.Written(decision.Verb, outcome.Result);
        return outcome;
    }

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private async Task<WriteOutcome> CreateAsync(PolicySource source, V1NetworkPolicy desired, CancellationToken cancellationToken)
    {
        try
        {
            return Stamped(source, await _applier.ApplyAsync(WireForm.ToCreate(desired), cancellationToken), desired);
        }
        catch (KubernetesException e) when (WriteFailure.IsStale(e))
        {
            // There is one that the cache does not show, or not yet.
            return await ClaimAsync(source, desired, cancellationToken);
        }
    }

    private Task<WriteOutcome> ChangeAsync(PolicySource source, StampDecision decision, CancellationToken cancellationToken) =>
        decision.Ownership == Ownership.Unclear
            ? ClaimAsync(source, decision.Desired!, cancellationToken)
            : ChangeAsync(source, decision.Desired!, decision.Current!, cancellationToken);

    /// <summary>Reads the object itself and changes it if it is ours.</summary>
    private async Task<WriteOutcome> ClaimAsync(PolicySource source, V1NetworkPolicy desired, CancellationToken cancellationToken)
    {
        var live = await client.GetAsync<V1NetworkPolicy>(desired.Metadata.Name, desired.Metadata.NamespaceProperty, cancellationToken);
        return OwnershipRule.Of(live, source.Kind, source.Metadata) switch
        {
            Ownership.Ours => await ChangeAsync(source, desired, live!, cancellationToken),
            Ownership.Unclear when OwnershipRule.WasApplied(live!) => await ChangeAsync(source, desired, live!, cancellationToken),
            Ownership.Unclear or Ownership.Foreign => await GiveWayAsync(source, desired, cancellationToken),
            // Gone again, or that of a namesake, of which the cache must learn first.
            _ => LookAgain(),
        };
    }

    /// <summary>Somebody else has the name: isolation does not hang on them, so ours stands under the other name.</summary>
    private async Task<WriteOutcome> GiveWayAsync(PolicySource source, V1NetworkPolicy desired, CancellationToken cancellationToken) =>
        desired.Metadata.Name == source.AlternateName
            ? new(WriteOutcome.Conflict, ConflictEntry(source))
            : await CreateAsync(source, StampPlanner.Named(desired, source.AlternateName), cancellationToken);

    private async Task<WriteOutcome> ChangeAsync(
        PolicySource source,
        V1NetworkPolicy desired,
        V1NetworkPolicy current,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var applied = await _applier.ApplyAsync(WireForm.ToChange(desired, current), cancellationToken);
            if (applied.Answer is { } answer && !agreement.Holds(answer, applied.Sent))
            {
                // Somebody owns a field beside ours, such as rules that the cache does not show yet: apply merges, only replacing removes them.
                var replacement = WireForm.ToReplace(applied.Sent, answer);
                var key = NamespacedName.Of(answer);
                var replaced = await client.PatchAsync<V1NetworkPolicy>(key, replacement, cancellationToken: cancellationToken);
                applied = applied with { Answer = replaced };
            }

            return Stamped(source, applied, desired);
        }
        catch (KubernetesException e) when (WriteFailure.IsStale(e))
        {
            return LookAgain();
        }
    }

    /// <summary>What is ours under names that are not to be used any more goes only when something stands in its place.</summary>
    private async Task<WriteOutcome> RemoveSurplusAsync(
        StampDecision decision,
        V1NetworkPolicy standing,
        WriteOutcome written,
        CancellationToken cancellationToken
    )
    {
        try
        {
            foreach (var surplus in decision.Surplus.Where(one => one.Metadata.Name != standing.Metadata.Name))
            {
                await DeleteAsync(surplus, cancellationToken);
            }

            return written;
        }
        catch (KubernetesException e) when (WriteFailure.IsStale(e))
        {
            return LookAgain();
        }
    }

    private async Task<WriteOutcome> RemoveAsync(StampDecision decision, CancellationToken cancellationToken)
    {
        try
        {
            var existed = false;
            foreach (var surplus in decision.Surplus)
            {
                existed |= await DeleteAsync(surplus, cancellationToken);
            }

            var entry = decision.OtherName is { } name ? LedgerEntry.UpToDate with { OtherName = name } : LedgerEntry.UpToDate;
            return new(existed ? WriteOutcome.Done : WriteOutcome.Gone, decision.IsMatched ? entry : null);
        }
        catch (KubernetesException e) when (WriteFailure.IsStale(e))
        {
            return LookAgain(decision.IsMatched);
        }
    }

    private Task<bool> DeleteAsync(V1NetworkPolicy policy, CancellationToken cancellationToken)
    {
        // Also the version: with --cascade=orphan the owner is taken from it before the custom resource goes, and then it stays.
        var seen = new V1Preconditions { Uid = policy.Metadata.Uid, ResourceVersion = policy.Metadata.ResourceVersion };
        var precondition = new V1DeleteOptions { Preconditions = seen };
        return client.DeleteAsync<V1NetworkPolicy>(NamespacedName.Of(policy), precondition, cancellationToken);
    }

    private WriteOutcome Stamped(PolicySource source, AppliedPolicy applied, V1NetworkPolicy desired)
    {
        var otherName = desired.Metadata.Name == source.StampedName ? null : desired.Metadata.Name;
        var message = Shortfall(applied, desired);
        if (applied.Answer is { } answer)
        {
            slimming.Slim(answer);
        }

        if (message is null)
        {
            var done = LedgerEntry.UpToDate with { Written = applied.Answer, RetryAt = clock.GetUtcNow() + WatchLag };
            return new(WriteOutcome.Done, otherName is null ? done : done with { OtherName = otherName });
        }

        var entry = new LedgerEntry(OutcomeState.Blocked)
        {
            Reason = ConditionReasons.FieldsDropped,
            Message = message,
            OtherName = otherName,
            Written = applied.Answer,
            Dropped = applied.Answer is null ? null : new(desired, applied.Answer),
            RetryAt = clock.GetUtcNow() + KnownFields.Lifetime,
        };
        return new(WriteOutcome.Dropped, entry);
    }

    /// <summary>In what the NetworkPolicy is not as asked for; null when it is.</summary>
    private string? Shortfall(AppliedPolicy applied, V1NetworkPolicy desired)
    {
        var dropped = string.Join(", ", applied.Dropped);
        return applied switch
        {
            { Answer: null } =>
                $"the API server does not keep {dropped}; without it the policy would mean something else, so it is not stamped, and what was stamped before stays",
            { Dropped.Count: 0 } when agreement.Holds(applied.Answer, desired) => null,
            { Dropped.Count: > 0 } when agreement.Holds(applied.Answer, applied.Sent) =>
                $"the API server does not keep {dropped}; the ports and peers that need it are left out, so that less is open than was asked for",
            _ =>
                $"the API server did not keep {string.Join(", ", StampedPolicyComparison.Differences(applied.Answer, desired))} as sent: an admission webhook may have changed it",
        };
    }

    private static WriteOutcome LookAgain(bool isMatched = true) =>
        new(
            WriteOutcome.Stale,
            new LedgerEntry(OutcomeState.Retrying)
            {
                IsMatched = isMatched,
                Reason = ConditionReasons.WriteFailed,
                Message = "the NetworkPolicy was replaced by another while it was written",
            }
        );

    private static LedgerEntry ConflictEntry(PolicySource source) =>
        new(OutcomeState.Blocked) { Reason = ConditionReasons.NameConflict, Message = StampPlanner.Conflict(source) };
}
