namespace Palisade.Operator.Statuses;

internal enum OutcomeState
{
    /// <summary>It is still to be looked at, written, or cleared.</summary>
    Pending,

    UpToDate,

    /// <summary>Something in the cluster has to appear first; the event of its appearance brings it back.</summary>
    Waiting,

    /// <summary>It failed in a way that may pass; it is tried again with backoff.</summary>
    Retrying,

    /// <summary>It was refused, and stays so until somebody does something; it is tried again with backoff all the same.</summary>
    Blocked,
}

/// <summary>What came of the work for one custom resource in one namespace.</summary>
internal sealed record NamespaceOutcome(OutcomeState State)
{
    /// <summary>Nothing to do; shared, since a large cluster has tens of thousands of them.</summary>
    public static NamespaceOutcome UpToDate { get; } = new(OutcomeState.UpToDate);

    public static NamespaceOutcome Pending { get; } = new(OutcomeState.Pending);

    /// <summary>To be looked at, and cleared if something of ours is there.</summary>
    public static NamespaceOutcome PendingRemoval { get; } = new(OutcomeState.Pending) { IsMatched = false };

    /// <summary>Whether the custom resource selects the namespace; false where a stamped NetworkPolicy is only to be removed.</summary>
    public bool IsMatched { get; init; } = true;
    public string Reason { get; init; } = "";
    public string Message { get; init; } = "";

    /// <summary>Name that ours stands under, where somebody else has the usual one; otherwise null.</summary>
    public string? OtherName { get; init; }

    /// <summary>
    /// The last write, until the watch shows it: until then the cache is older. Without it whatever happens in between would have the same
    /// written once more.
    /// </summary>
    public PolicyWrite? Written { get; init; }

    public bool IsFailure => State is OutcomeState.Waiting or OutcomeState.Retrying or OutcomeState.Blocked;

    /// <summary>The same, still to be done.</summary>
    public static NamespaceOutcome ToPending(NamespaceOutcome? outcome, bool isMatched) =>
        outcome is null or { Written: null, OtherName: null }
            ? (isMatched ? Pending : PendingRemoval)
            : outcome with
            {
                State = OutcomeState.Pending,
                IsMatched = isMatched,
                Reason = "",
                Message = "",
            };

    /// <summary>Whether a status has the same to say of two outcomes.</summary>
    public static bool SaySame(NamespaceOutcome? one, NamespaceOutcome? other) => Said(one) == Said(other);

    private static (OutcomeState, bool, string, string, string?)? Said(NamespaceOutcome? outcome) =>
        outcome is null ? null : (outcome.State, outcome.IsMatched, outcome.Reason, outcome.Message, outcome.OtherName);
}

/// <summary>A write that the API server took.</summary>
/// <param name="Policy">The NetworkPolicy as it was sent, with the uid and version that came of it.</param>
/// <param name="IsReplacement">Whether the whole spec was replaced.</param>
/// <param name="Until">By then the watch has shown it, or never will: a list does not show what came and went.</param>
internal sealed record PolicyWrite(V1NetworkPolicy Policy, bool IsReplacement, DateTimeOffset Until)
{
    /// <summary>Whether something else stands, and is left so until <see cref="Until"/>.</summary>
    public bool IsAccepted { get; init; }
}

/// <summary>Counts over all namespaces of one custom resource.</summary>
internal sealed record OutcomeSummary
{
    private const int FailuresShown = 20;

    /// <summary>Namespaces that the custom resource selects.</summary>
    public int Matched { get; init; }

    /// <summary>Selected namespaces that are as they should be.</summary>
    public int UpToDate { get; init; }

    /// <summary>Selected namespaces that could not be brought up to date.</summary>
    public int Failed { get; init; }

    /// <summary>Namespaces still to be written or cleared.</summary>
    public int Pending { get; init; }

    /// <summary>Namespaces that stay as they are until somebody does something.</summary>
    public int Blocked { get; init; }

    /// <summary>Namespaces in which ours stands under another name, since somebody else has the usual one; in ordinal order.</summary>
    public IReadOnlyList<string> Renamed { get; init; } = [];

    /// <summary>Namespaces that failed, selected or not.</summary>
    public int FailureCount { get; init; }

    /// <summary>The different reasons of failures, in ordinal order.</summary>
    public IReadOnlyList<string> FailureReasons { get; init; } = [];

    /// <summary>The first failures by namespace, at most as many as a status may hold.</summary>
    public IReadOnlyList<NamespaceFailure> Failures { get; init; } = [];

    public static OutcomeSummary From(IReadOnlyDictionary<string, NamespaceOutcome> outcomes)
    {
        int matched = 0,
            upToDate = 0,
            failed = 0,
            pending = 0,
            blocked = 0;
        var failures = new List<NamespaceFailure>();
        var renamed = new List<string>();
        foreach (var (name, outcome) in outcomes)
        {
            matched += outcome.IsMatched ? 1 : 0;
            upToDate += outcome is { IsMatched: true, State: OutcomeState.UpToDate } ? 1 : 0;
            failed += outcome is { IsMatched: true, IsFailure: true } ? 1 : 0;
            pending += outcome.State == OutcomeState.Pending ? 1 : 0;
            blocked += outcome.State == OutcomeState.Blocked ? 1 : 0;
            if (outcome.OtherName is not null)
            {
                renamed.Add(name);
            }

            if (outcome.IsFailure)
            {
                failures.Add(
                    new()
                    {
                        Namespace = name,
                        Reason = outcome.Reason,
                        Message = outcome.Message,
                    }
                );
            }
        }

        renamed.Sort(StringComparer.Ordinal);
        failures.Sort((a, b) => string.CompareOrdinal(a.Namespace, b.Namespace));
        return new OutcomeSummary
        {
            Matched = matched,
            UpToDate = upToDate,
            Failed = failed,
            Pending = pending,
            Blocked = blocked,
            Renamed = renamed,
            FailureReasons = [.. failures.Select(failure => failure.Reason).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            FailureCount = failures.Count,
            Failures = failures.Count > FailuresShown ? failures.GetRange(0, FailuresShown) : failures,
        };
    }
}
