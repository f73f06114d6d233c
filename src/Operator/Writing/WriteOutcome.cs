using Palisade.Operator.Ledgers;

namespace Palisade.Operator.Writing;

/// <summary>What came of a write.</summary>
/// <param name="Result">Constant word for metrics.</param>
/// <param name="Entry">What is to be remembered of the namespace; null when there is nothing left to remember.</param>
internal sealed record WriteOutcome(string Result, LedgerEntry? Entry)
{
    /// <summary>It was written, or removed.</summary>
    public const string Done = "done";

    /// <summary>The namespace, or what was to be removed, was gone already.</summary>
    public const string Gone = "gone";

    /// <summary>What was found is not what the cache had shown: look again.</summary>
    public const string Stale = "stale";

    /// <summary>The name is taken.</summary>
    public const string Conflict = "conflict";

    /// <summary>The API server did not keep all that was sent.</summary>
    public const string Dropped = "dropped";

    /// <summary>It failed.</summary>
    public const string Failed = "failed";
}
