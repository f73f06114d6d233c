using Palisade.Operator.Ledgers;

namespace Palisade.Operator.Statuses;

/// <summary>All that a status is made of.</summary>
/// <param name="Generation">Generation of the custom resource that was worked on.</param>
/// <param name="StampedName">Usual name of the stamped NetworkPolicies.</param>
/// <param name="Summary">What became of each namespace.</param>
internal sealed record StatusInput(long? Generation, string StampedName, LedgerSummary Summary)
{
    /// <summary>Why the spec is invalid, for people; null when it is valid.</summary>
    public string? Invalid { get; init; }

    /// <summary>Name of those that stand where somebody else has the usual one.</summary>
    public string AlternateName { get; init; } = "";

    /// <summary>Whether nothing is to be stamped, only audited.</summary>
    public bool IsAudit { get; init; }
}
