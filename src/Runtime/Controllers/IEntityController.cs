using k8s;
using Palisade.Kubernetes;

namespace Palisade.Runtime.Controllers;

/// <summary>
/// Brings the world in line with one entity. Level-based: it is told which entity, never what happened, and may be called at any time, also
/// again for the same state. The same entity is never reconciled twice at once.
/// </summary>
/// <typeparam name="TEntity">Kind that is reconciled.</typeparam>
public interface IEntityController<TEntity>
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Brings the world in line with an entity. An exception counts as a failure that may pass.</summary>
    /// <param name="entity">The entity from the cache; shared, never to be changed.</param>
    /// <param name="cancellationToken">Cancelled on shutdown and when leadership is lost.</param>
    Task<ReconciliationResult<TEntity>> ReconcileAsync(TEntity entity, CancellationToken cancellationToken);

    /// <summary>Clears up after an entity that no longer exists. May be called for one that was never seen.</summary>
    Task<ReconciliationResult<TEntity>> DeletedAsync(NamespacedName key, CancellationToken cancellationToken);
}

/// <summary>What came of a reconciliation, and when to do it again.</summary>
/// <typeparam name="TEntity">Kind that is reconciled.</typeparam>
public sealed record ReconciliationResult<TEntity>
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    private ReconciliationResult() { }

    /// <summary>Whether the world is in line with the entity.</summary>
    public bool IsSuccess { get; private init; }

    /// <summary>Whether another try is of no use until something changes. Only failures can be terminal.</summary>
    public bool IsTerminal { get; private init; }

    /// <summary>Constant reason of a failure, for logs and metrics; null on success.</summary>
    public string? Reason { get; private init; }

    /// <summary>Sentence about a failure; null on success.</summary>
    public string? ErrorMessage { get; private init; }

    /// <summary>Exception behind a failure, when there is one.</summary>
    public Exception? Error { get; private init; }

    /// <summary>When to reconcile again even though nothing changed; null for the backoff (failure) or never (success).</summary>
    public TimeSpan? RequeueAfter { get; private init; }

    /// <summary>All is well.</summary>
    public static ReconciliationResult<TEntity> Success(TimeSpan? requeueAfter = null) =>
        new() { IsSuccess = true, RequeueAfter = requeueAfter };

    /// <summary>It failed and may pass: try again with backoff, or after the given time.</summary>
    public static ReconciliationResult<TEntity> Failure(
        string reason,
        string message,
        Exception? error = null,
        TimeSpan? requeueAfter = null
    ) =>
        new()
        {
            Reason = reason,
            ErrorMessage = message,
            Error = error,
            RequeueAfter = requeueAfter,
        };

    /// <summary>It failed and stays so until something changes: no retry, but for what else there may be to do after the given time.</summary>
    public static ReconciliationResult<TEntity> Terminal(
        string reason,
        string message,
        Exception? error = null,
        TimeSpan? requeueAfter = null
    ) =>
        new()
        {
            RequeueAfter = requeueAfter,
            IsTerminal = true,
            Reason = reason,
            ErrorMessage = message,
            Error = error,
        };
}
