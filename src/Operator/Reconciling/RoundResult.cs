namespace Palisade.Operator.Reconciling;

/// <summary>What came of a round.</summary>
internal enum RoundResult
{
    /// <summary>Everything that was stale was looked at, and written where it had to be.</summary>
    Done,

    /// <summary>As many writes as a round may do were done; the ledger's backlog holds the rest.</summary>
    MoreToDo,

    /// <summary>Nothing was done, since the cache shows an older custom resource than the API server has.</summary>
    CacheIsBehind,
}
