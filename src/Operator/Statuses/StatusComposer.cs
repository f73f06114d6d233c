using Palisade.Operator.Ledgers;

namespace Palisade.Operator.Statuses;

/// <summary>
/// Makes the status of a custom resource. The conditions are those of kstatus: Ready says whether all is as asked; Reconciling is True while
/// the operator works or waits for what comes by itself; Stalled is True when somebody has to act. At most one of the latter is True.
/// </summary>
internal static class StatusComposer
{
    private const int MessageLimit = 4096;
    private const int NamespacesShown = 5;

    /// <summary>The status, with times of transition taken over from the previous one where a condition did not change.</summary>
    public static PolicyStatus Compose(StatusInput input, PolicyStatus? previous, DateTimeOffset now)
    {
        var verdict = Judge(input);
        var counts = input.Summary;
        return new PolicyStatus
        {
            ObservedGeneration = input.Generation,
            Conditions =
            [
                Condition(ConditionTypes.Ready, verdict.Progress == Progress.Done),
                Condition(ConditionTypes.Reconciling, verdict.Progress == Progress.Working),
                Condition(ConditionTypes.Stalled, verdict.Progress == Progress.Stuck),
            ],
            Namespaces = new NamespaceCounts
            {
                Matched = counts.Matched,
                UpToDate = counts.UpToDate,
                Failed = counts.Failed,
            },
            Failures = counts.Failures.Count == 0 ? null : [.. counts.Failures],
        };

        V1Condition Condition(string type, bool holds) =>
            Since(
                new V1Condition
                {
                    Type = type,
                    Status = holds ? "True" : "False",
                    ObservedGeneration = input.Generation,
                    Reason = verdict.Reason,
                    Message = Cut(verdict.Message),
                },
                previous,
                now
            );
    }

    /// <summary>Whether two statuses say the same, times of transition aside.</summary>
    public static bool SameSaid(PolicyStatus? one, PolicyStatus? other) =>
        one is null || other is null
            ? one == other
            : one.ObservedGeneration == other.ObservedGeneration
                && Key(one.Namespaces) == Key(other.Namespaces)
                && (one.Conditions ?? []).Select(Key).SequenceEqual((other.Conditions ?? []).Select(Key))
                && (one.Failures ?? []).Select(Key).SequenceEqual((other.Failures ?? []).Select(Key));

    private static Verdict Judge(StatusInput input)
    {
        var counts = input.Summary;
        if (input.Invalid is { } invalid)
        {
            return new(Progress.Stuck, ConditionReasons.InvalidSpec, invalid);
        }

        if (counts.Pending > 0)
        {
            var message =
                $"{counts.UpToDate} of {counts.Matched} matching namespaces are up to date; {counts.Pending} {(counts.Pending == 1 ? "is" : "are")} being written";
            return new(Progress.Working, ConditionReasons.Progressing, message);
        }

        if (counts.FailureCount > 0)
        {
            var reason = counts.FailureReasons.Count == 1 ? counts.FailureReasons[0] : ConditionReasons.SeveralFailures;
            return new(counts.Blocked > 0 ? Progress.Stuck : Progress.Working, reason, Describe(counts) + Renamed(input));
        }

        if (input.IsAudit)
        {
            return new(Progress.Done, ConditionReasons.Audit, $"{Audited(counts.Matched)} audited; nothing is stamped");
        }

        var held = $"{All(counts.Matched)} NetworkPolicy {input.StampedName}{Renamed(input)}";
        return new(Progress.Done, counts.Renamed.Count > 0 ? ConditionReasons.NameTaken : ConditionReasons.UpToDate, held);
    }

    /// <summary>Where somebody else has the usual name, and what ours is called there; empty where nobody has.</summary>
    private static string Renamed(StatusInput input)
    {
        var all = input.Summary.Renamed;
        if (all.Count == 0)
        {
            return "";
        }

        var more = all.Count > NamespacesShown ? $" and {all.Count - NamespacesShown} more" : "";
        var places = $"{(all.Count == 1 ? "namespace" : "namespaces")} {string.Join(", ", all.Take(NamespacesShown))}{more}";
        return $"; in {places} somebody else's NetworkPolicy has the name {input.StampedName}: it is left alone, and ours is {input.AlternateName} there";
    }

    private static string All(int matched) => matched == 1 ? "the one matching namespace holds" : $"all {matched} matching namespaces hold";

    private static string Audited(int matched) => matched == 1 ? "the one matching namespace is" : $"{matched} matching namespaces are";

    private static string Describe(LedgerSummary counts)
    {
        var first = counts.Failures[0];
        var others = counts.FailureCount == 1 ? "" : $" (and {counts.FailureCount - 1} more)";
        return $"{counts.UpToDate} of {counts.Matched} matching namespaces are up to date; namespace {first.Namespace}: {first.Message}{others}";
    }

    private static V1Condition Since(V1Condition condition, PolicyStatus? previous, DateTimeOffset now)
    {
        var before = previous?.Conditions?.FirstOrDefault(old => string.Equals(old.Type, condition.Type, StringComparison.Ordinal));
        var unchanged = before is not null && string.Equals(before.Status, condition.Status, StringComparison.Ordinal);
        // Whole seconds: that is what the API keeps of a time.
        condition.LastTransitionTime =
            unchanged && before!.LastTransitionTime != default
                ? before.LastTransitionTime
                : DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds()).UtcDateTime;
        return condition;
    }

    private static string Cut(string message) =>
        message.Length <= MessageLimit ? message : string.Concat(message.AsSpan(0, MessageLimit - 1), "…");

    private static (int, int, int)? Key(NamespaceCounts? counts) =>
        counts is null ? null : (counts.Matched, counts.UpToDate, counts.Failed);

    private static (string, string, long?, string, string) Key(V1Condition condition) =>
        (condition.Type, condition.Status, condition.ObservedGeneration, condition.Reason, condition.Message);

    private static (string, string, string) Key(NamespaceFailure failure) => (failure.Namespace, failure.Reason, failure.Message);

    private enum Progress
    {
        Done,
        Working,
        Stuck,
    }

    private readonly record struct Verdict(Progress Progress, string Reason, string Message);
}
