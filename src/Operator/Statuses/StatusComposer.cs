namespace Palisade.Operator.Statuses;

internal static class ConditionTypes
{
    /// <summary>Every selected namespace is as it should be, for the observed generation.</summary>
    public const string Ready = "Ready";

    /// <summary>The operator is at work, or waits for something that it expects to come by itself.</summary>
    public const string Reconciling = "Reconciling";

    /// <summary>Somebody has to do something before it can go on.</summary>
    public const string Stalled = "Stalled";
}

/// <summary>Constant reasons in conditions, in the failures of a status, and in events.</summary>
internal static class ConditionReasons
{
    /// <summary>Every selected namespace is as it should be.</summary>
    public const string UpToDate = "UpToDate";

    /// <summary>The profile only audits; nothing is stamped.</summary>
    public const string Audit = "Audit";

    /// <summary>Some selected namespaces are still to be written.</summary>
    public const string Progressing = "Progressing";

    /// <summary>What could not be done is tried again.</summary>
    public const string Retrying = "Retrying";

    /// <summary>The spec is invalid; the messages are those of the webhook.</summary>
    public const string InvalidSpec = "InvalidSpec";

    /// <summary>Namespaces fail for different reasons; the failures list them.</summary>
    public const string SeveralFailures = "SeveralFailures";

    /// <summary>
    /// Every selected namespace is as it should be; in some, somebody else's NetworkPolicy has the usual name, and ours stands under another.
    /// </summary>
    public const string NameTaken = "NameTaken";

    /// <summary>NetworkPolicies of both names exist that are not Palisade's.</summary>
    public const string NameConflict = "NameConflict";

    /// <summary>The API server, or an admission webhook, does not keep all fields; what needs them is not stamped.</summary>
    public const string FieldsDropped = "FieldsDropped";

    /// <summary>The API server refused the write: permissions.</summary>
    public const string Forbidden = "Forbidden";

    /// <summary>The API server refused the write: a quota of the namespace.</summary>
    public const string QuotaExceeded = "QuotaExceeded";

    /// <summary>An admission webhook refused the write.</summary>
    public const string AdmissionDenied = "AdmissionDenied";

    /// <summary>The API server refused the write as invalid or for another reason that does not pass.</summary>
    public const string WriteRefused = "WriteRefused";

    /// <summary>The write failed in a way that may pass.</summary>
    public const string WriteFailed = "WriteFailed";
}

/// <param name="Generation">Generation of the custom resource that was worked on.</param>
/// <param name="StampedName">Usual name of the stamped NetworkPolicies.</param>
/// <param name="Summary">What became of each namespace.</param>
internal sealed record StatusInput(long? Generation, string StampedName, OutcomeSummary Summary)
{
    /// <summary>Why the spec is invalid, human-readable; null when it is valid.</summary>
    public string? Invalid { get; init; }

    /// <summary>Name of those that stand where somebody else has the usual one.</summary>
    public string AlternateName { get; init; } = "";

    /// <summary>Whether nothing is to be stamped, only audited.</summary>
    public bool IsAudit { get; init; }

    /// <summary>When the namespaces were last all to be looked at again.</summary>
    public DateTimeOffset PlannedAt { get; init; } = DateTimeOffset.MinValue;
}

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
    public static bool SaySame(PolicyStatus? one, PolicyStatus? other) =>
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

    private static string Describe(OutcomeSummary counts)
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
