namespace Palisade.Operator.Ledgers;

/// <summary>Counts over all namespaces of one custom resource.</summary>
internal sealed record LedgerSummary
{
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

    /// <summary>When the next namespace is to be tried again; null for never.</summary>
    public DateTimeOffset? NextRetry { get; init; }
}
