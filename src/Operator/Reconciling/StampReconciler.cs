using Palisade.Kubernetes;
using Palisade.Operator.Caches;
using Palisade.Operator.Planning;
using Palisade.Operator.Sources;
using Palisade.Operator.Statuses;
using Palisade.Operator.Writing;
using Palisade.Policy.Expansion;

namespace Palisade.Operator.Reconciling;

/// <summary>
/// Brings one namespace in line with one custom resource: what the expansion asks for is compared with what the cache shows, or with the last
/// write while the watch has yet to show it, and written where they differ.
/// </summary>
internal sealed class StampReconciler(OperatorCaches caches, PolicyWriter writer, DroppedFields dropped, TimeProvider clock)
{
    private readonly SpecAgreement _agreement = new();

    private StampPlanner Planner => field ??= new StampPlanner(_agreement, dropped);

    /// <summary>Decides what is to be done; nothing is read or written but the caches.</summary>
    /// <returns>The decision, and what there is to remember until it is carried out, or because nothing is to be done.</returns>
    public (StampDecision Decision, NamespaceOutcome? Outcome) Decide(Expansions plan, string name, NamespaceOutcome? known)
    {
        var there = Find(plan.Source, name);
        var written = known?.Written;
        var shown = written is null ? null : there.Named(written.Policy.Metadata.Name, plan.Source);
        var isAwaited = written is not null && IsBehind(shown, written);
        var isChanged = written is not null && !isAwaited && IsOtherThanSent(shown, written);
        if (isAwaited)
        {
            there = there.With(written!.Policy, plan.Source);
        }
        else if (isChanged && StampedPolicyComparison.MissingFields(shown!, written!.Policy) is { Count: > 0 } lost)
        {
            dropped.Add(name, written.Policy.Spec!, lost);
        }

        var decision = Planner.Decide(plan, name, caches.Namespaces.Get(new NamespacedName(name)), there);
        if (isChanged && IsSentAgain(decision, written!))
        {
            (decision, written) = Insist(decision, shown!, written!);
        }
        else if (!isAwaited)
        {
            written = null;
        }

        return (decision, OutcomeOf(decision, known is null ? null : known with { Written = written }));
    }

    public async Task<WriteOutcome> WriteAsync(Expansions plan, StampDecision decision, CancellationToken cancellationToken)
    {
        var written = await writer.WriteAsync(plan.Source, decision, cancellationToken);
        // What was written is not all that was asked for: until the rest can be had, that is what there is to say.
        return decision.Reason.Length > 0 && written.Outcome is { State: OutcomeState.UpToDate } outcome
            ? written with
            {
                Outcome = outcome with { State = WaitsFor(decision), Reason = decision.Reason, Message = decision.Message },
            }
            : written;
    }

    /// <summary>Whether the cache shows what was written already, so that nothing else will bring the namespace back.</summary>
    public bool IsShown(PolicyWrite written) => !IsBehind(caches.Policies.Get(NamespacedName.From(written.Policy)), written);

    /// <summary>Whether there is a NetworkPolicy of a name that the custom resource stamps, or that it has stamped.</summary>
    public bool IsStamped(PolicySource source, string namespaceName) =>
        caches.Policies.Get(new NamespacedName(namespaceName, source.StampedName)) is not null
        || caches.AlternatesOf(namespaceName, source.Kind, source.Key.Name).Count > 0;

    /// <summary>Whether in any namespace stands, to the last field, what the custom resource expands to.</summary>
    public bool AnyIsAsExpanded(Expansions plan) =>
        caches.Namespaces.List().Any(target => Planner.IsAsExpanded(plan, target, Find(plan.Source, target.Name)));

    private StampedPolicies Find(PolicySource source, string namespaceName)
    {
        var usual = caches.Policies.Get(new NamespacedName(namespaceName, source.StampedName));
        var others = caches.AlternatesOf(namespaceName, source.Kind, source.Key.Name);
        // Somebody else's of the other name matters only where the usual one is not to be had.
        return others.Count == 0 && OwnershipRule.Classify(usual, source.Kind, source.Metadata) != Ownership.Foreign
            ? StampedPolicies.Only(usual)
            : new(
                usual,
                caches.Policies.Get(new NamespacedName(namespaceName, source.AlternateName)),
                [.. others.Where(policy => policy.Metadata.Name != source.AlternateName)]
            );
    }

    /// <summary>Whether what the cache shows is from before the write. None at all is: a deletion since then is noted where it is heard of.</summary>
    private bool IsBehind(V1NetworkPolicy? shown, PolicyWrite written) =>
        clock.GetUtcNow() < written.Until
        && (shown is null || ResourceVersions.Compare(shown.Metadata.ResourceVersion, written.Policy.Metadata.ResourceVersion) < 0);

    /// <summary>Whether the very version that was written is not as it was sent.</summary>
    private bool IsOtherThanSent(V1NetworkPolicy? shown, PolicyWrite written) =>
        clock.GetUtcNow() < written.Until
        && shown is not null
        && shown.Metadata.Uid == written.Policy.Metadata.Uid
        && shown.Metadata.ResourceVersion == written.Policy.Metadata.ResourceVersion
        && !_agreement.Holds(shown, written.Policy);

    private static bool IsSentAgain(StampDecision decision, PolicyWrite written) =>
        decision.Verb == StampVerb.Apply && StampedPolicyComparison.Differences(written.Policy, decision.Desired!).Count == 0;

    /// <summary>
    /// What was sent is to be sent again, though nobody has touched it since: somebody owns a field beside ours, which goes when the whole spec is
    /// replaced. If it was, an admission webhook changes what is sent, and for a while that is taken as it is.
    /// </summary>
    private (StampDecision Decision, PolicyWrite? Accepted) Insist(StampDecision decision, V1NetworkPolicy shown, PolicyWrite written)
    {
        if (!written.IsReplacement)
        {
            return (decision with { IsReplacement = true }, null);
        }

        var changed = string.Join(", ", StampedPolicyComparison.Differences(shown, decision.Desired!));
        return (
            decision with
            {
                Verb = StampVerb.Wait,
                Reason = ConditionReasons.FieldsDropped,
                Message = $"the API server did not keep {changed} as sent: an admission webhook may have changed it",
            },
            written.IsAccepted ? written : written with { IsAccepted = true, Until = clock.GetUtcNow() + DroppedFields.Lifetime }
        );
    }

    /// <summary>What there is to remember until a write has come to its end; a failure is said until then.</summary>
    private static NamespaceOutcome? OutcomeOf(StampDecision decision, NamespaceOutcome? known) =>
        decision.Verb switch
        {
            StampVerb.Ignore => null,
            StampVerb.Keep when known?.Written is null && decision.OtherName is null => NamespaceOutcome.UpToDate,
            StampVerb.Keep => NamespaceOutcome.UpToDate with { Written = known?.Written, OtherName = decision.OtherName },
            StampVerb.Wait => new(WaitsFor(decision))
            {
                Reason = decision.Reason,
                Message = decision.Message,
                OtherName = decision.OtherName,
                Written = known?.Written,
            },
            StampVerb.Conflict => new(OutcomeState.Blocked) { Reason = decision.Reason, Message = decision.Message },
            _ when known is { IsFailure: true } => known with { IsMatched = decision.IsMatched },
            _ => NamespaceOutcome.ToPending(known, decision.IsMatched),
        };

    /// <summary>What is not found appears by itself; what is too large, or dropped, is somebody's to change.</summary>
    private static OutcomeState WaitsFor(StampDecision decision) =>
        decision.Reason is UnresolvedPeer.TooManyAddresses or ConditionReasons.FieldsDropped ? OutcomeState.Blocked : OutcomeState.Waiting;
}
