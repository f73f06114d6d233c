using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;
using Palisade.Operator.Planning;
using Palisade.Operator.Sources;
using Palisade.Operator.Statuses;

namespace Palisade.Operator.Writing;

/// <summary>
/// Carries out what was decided about a namespace. A NetworkPolicy that is not Palisade's is never touched, whatever happens between the
/// decision and the write: a create fails when there is an object already, and a change or removal names the object's UID.
/// </summary>
internal sealed class PolicyWriter(IKubernetesClient client, DroppedFields dropped, OperatorMetrics metrics, TimeProvider clock)
{
    /// <summary>When the watch has not shown a write by then it never will: whatever it missed, a list does not show what came and went.</summary>
    private static readonly TimeSpan WatchLag = TimeSpan.FromSeconds(10);

    private readonly PolicyApplier _applier = new(client, dropped);

    /// <exception cref="KubernetesException">The API server is away; nothing can be said of the namespace.</exception>
    public async Task<WriteOutcome> WriteAsync(PolicySource source, StampDecision decision, CancellationToken cancellationToken)
    {
        WriteOutcome outcome;
        try
        {
            outcome = await WriteAsync(new Order(source, decision), cancellationToken);
        }
        catch (KubernetesException e) when (WriteFailure.IsStale(e))
        {
            outcome = Stale(decision);
        }
        catch (KubernetesException e) when (!WriteFailure.IsOutage(e))
        {
            outcome = WriteFailure.IsNamespaceGone(e)
                ? new(WriteOutcome.Gone, Outcome: null)
                : new(WriteOutcome.Failed, WriteFailure.ToOutcome(e, decision.IsMatched));
        }

        metrics.Written(decision.Verb, outcome.Result);
        return outcome;
    }

    private async Task<WriteOutcome> WriteAsync(Order order, CancellationToken token)
    {
        var (_, decision) = order;
        if (decision.Verb == StampVerb.Remove)
        {
            return await RemoveAsync(decision, token);
        }

        var written = decision switch
        {
            { Verb: StampVerb.Create } => await CreateAsync(order, decision.Desired!, token),
            { IsReplacement: true } => await ReplaceAsync(order, token),
            { Ownership: Ownership.Unclear } => await ClaimAsync(order, decision.Desired!, token),
            _ => await ChangeAsync(order, decision.Desired!, decision.Current!, token),
        };
        if (written.Outcome?.Written is { } standing)
        {
            // What is ours under names that are not to be used any more goes only when something stands in its place.
            foreach (var surplus in decision.Surplus.Where(one => one.Metadata.Name != standing.Policy.Metadata.Name))
            {
                await DeleteAsync(surplus, token);
            }
        }

        return written;
    }

    private async Task<WriteOutcome> CreateAsync(Order order, V1NetworkPolicy desired, CancellationToken token)
    {
        try
        {
            return Stamped(order, desired, await _applier.ApplyAsync(ApplyBody.ToCreate(desired), current: null, token));
        }
        catch (KubernetesException e) when (WriteFailure.IsStale(e))
        {
            // There is one that the cache does not show, or not yet.
            return await ClaimAsync(order, desired, token);
        }
    }

    /// <summary>Reads the object itself and changes it if it is ours.</summary>
    private async Task<WriteOutcome> ClaimAsync(Order order, V1NetworkPolicy desired, CancellationToken token)
    {
        var (source, decision) = order;
        var live = await client.GetAsync<V1NetworkPolicy>(desired.Metadata.Name, desired.Metadata.NamespaceProperty, token);
        return OwnershipRule.Classify(live, source.Kind, source.Metadata) switch
        {
            Ownership.Ours => await ChangeAsync(order, desired, live!, token),
            Ownership.Unclear when OwnershipRule.WasApplied(live!) => await ChangeAsync(order, desired, live!, token),
            Ownership.Unclear or Ownership.Foreign => await GiveWayAsync(order, desired, token),
            // Gone again, or that of another owner of the same name, of which the cache must learn first.
            _ => Stale(decision),
        };
    }

    /// <summary>Somebody else has the name: isolation does not hang on them, so ours stands under the other name.</summary>
    private async Task<WriteOutcome> GiveWayAsync(Order order, V1NetworkPolicy desired, CancellationToken token)
    {
        if (desired.Metadata.Name != order.Source.AlternateName)
        {
            return await CreateAsync(order, StampPlanner.Named(desired, order.Source.AlternateName), token);
        }

        var conflict = new NamespaceOutcome(OutcomeState.Blocked)
        {
            Reason = ConditionReasons.NameConflict,
            Message = StampPlanner.Conflict(order.Source),
        };
        return new(WriteOutcome.Conflict, conflict);
    }

    private async Task<WriteOutcome> ChangeAsync(Order order, V1NetworkPolicy desired, V1NetworkPolicy current, CancellationToken token) =>
        Stamped(order, desired, await _applier.ApplyAsync(ApplyBody.ToChange(desired, current), current.Spec, token));

    /// <summary>Somebody owns a field beside ours: apply merges, only replacing removes it.</summary>
    private async Task<WriteOutcome> ReplaceAsync(Order order, CancellationToken token)
    {
        var (desired, current) = (order.Decision.Desired!, order.Decision.Current!);
        var body = ApplyBody.ToReplace(desired, current);
        var answer = await client.PatchAsync<V1NetworkPolicy>(NamespacedName.From(current), body, cancellationToken: token);
        return Stamped(order, desired, new ObjectVersion(answer.Metadata.Uid!, answer.Metadata.ResourceVersion!));
    }

    private async Task<WriteOutcome> RemoveAsync(StampDecision decision, CancellationToken token)
    {
        var existed = false;
        foreach (var surplus in decision.Surplus)
        {
            existed |= await DeleteAsync(surplus, token);
        }

        var kept = decision.OtherName is { } name ? NamespaceOutcome.UpToDate with { OtherName = name } : NamespaceOutcome.UpToDate;
        return new(existed ? WriteOutcome.Done : WriteOutcome.Gone, decision.IsMatched ? kept : null);
    }

    private Task<bool> DeleteAsync(V1NetworkPolicy policy, CancellationToken token)
    {
        // Also the version: with --cascade=orphan the owner is taken from it before the custom resource goes, and then it stays.
        var seen = new V1Preconditions { Uid = policy.Metadata.Uid, ResourceVersion = policy.Metadata.ResourceVersion };
        return client.DeleteAsync<V1NetworkPolicy>(NamespacedName.From(policy), new V1DeleteOptions { Preconditions = seen }, token);
    }

    private WriteOutcome Stamped(Order order, V1NetworkPolicy desired, ObjectVersion? version)
    {
        if (version is null)
        {
            return new(WriteOutcome.Dropped, NamespaceOutcome.Pending); // What to leave out is known now.
        }

        var written = StampPlanner.Named(desired, desired.Metadata.Name, copy: true);
        (written.Metadata.Uid, written.Metadata.ResourceVersion) = (version.Uid, version.ResourceVersion);
        var outcome = new NamespaceOutcome(OutcomeState.UpToDate)
        {
            OtherName = desired.Metadata.Name == order.Source.StampedName ? null : desired.Metadata.Name,
            Written = new(written, order.Decision.IsReplacement, clock.GetUtcNow() + WatchLag),
        };
        return new(WriteOutcome.Done, outcome);
    }

    private static WriteOutcome Stale(StampDecision decision) =>
        new(
            WriteOutcome.Stale,
            new NamespaceOutcome(OutcomeState.Retrying)
            {
                IsMatched = decision.IsMatched,
                Reason = ConditionReasons.WriteFailed,
                Message = "the NetworkPolicy was replaced by another while it was written",
            }
        );

    private sealed record Order(PolicySource Source, StampDecision Decision);
}
