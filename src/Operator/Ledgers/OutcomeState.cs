namespace Palisade.Operator.Ledgers;

/// <summary>How far the work on one namespace has come.</summary>
internal enum OutcomeState
{
    /// <summary>It is still to be written, or removed.</summary>
    Pending,

    /// <summary>It is as it should be.</summary>
    UpToDate,

    /// <summary>Something in the cluster has to appear first; the event of its appearance brings it back.</summary>
    Waiting,

    /// <summary>It failed in a way that may pass; it is tried again with backoff.</summary>
    Retrying,

    /// <summary>It was refused, and stays so until somebody does something; it is tried again with backoff all the same.</summary>
    Blocked,
}
