namespace Palisade.Operator.Ledgers;

/// <summary>What the operator knows of its work for one custom resource in one namespace.</summary>
/// <param name="State">How far it has come.</param>
internal sealed record LedgerEntry(OutcomeState State)
{
    /// <summary>Nothing to do; shared, since a large cluster has tens of thousands of them.</summary>
    public static LedgerEntry UpToDate { get; } = new(OutcomeState.UpToDate);

    /// <summary>To be written.</summary>
    public static LedgerEntry Pending { get; } = new(OutcomeState.Pending);

    /// <summary>Whether the custom resource selects the namespace; false where a stamped NetworkPolicy is only to be removed.</summary>
    public bool IsMatched { get; init; } = true;

    /// <summary>Constant word of a failure.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Sentence about a failure.</summary>
    public string Message { get; init; } = "";

    /// <summary>Name that ours stands under, where somebody else has the usual one; otherwise null.</summary>
    public string? OtherName { get; init; }

    /// <summary>How often in a row it failed.</summary>
    public int Attempts { get; init; }

    /// <summary>When it is tried or looked at again; null when only an event brings it back.</summary>
    public DateTimeOffset? RetryAt { get; init; }

    /// <summary>
    /// What the API server answered to the last write, until the watch shows it too or <see cref="RetryAt"/> has come: the cache is older than
    /// this. Without it a reconciliation in between would write the same once more.
    /// </summary>
    public V1NetworkPolicy? Written { get; init; }

    /// <summary>What the API server does not keep; null when it keeps everything.</summary>
    public DroppedFields? Dropped { get; init; }

    /// <summary>Whether it failed, for whatever reason.</summary>
    public bool IsFailure => State is OutcomeState.Waiting or OutcomeState.Retrying or OutcomeState.Blocked;
}
