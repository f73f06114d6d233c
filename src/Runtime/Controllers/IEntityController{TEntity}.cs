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
