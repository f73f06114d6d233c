using Microsoft.Extensions.Logging;
using Palisade.Kubernetes.Caching;
using Palisade.Kubernetes.Queues;

namespace Palisade.Kubernetes.Controllers;

/// <summary>
/// Takes keys from a queue and has each reconciled with the entity from the cache. Every change of an entity puts its key into the queue;
/// whatever else makes an entity stale adds its key itself.
/// </summary>
/// <typeparam name="TEntity">Kind that is reconciled.</typeparam>
public sealed class ControllerLoop<TEntity>
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Makes a loop; nothing runs before <see cref="RunAsync"/>.</summary>
    /// <param name="informer">Cache of the entities.</param>
    /// <param name="queue">Keys of stale entities.</param>
    /// <param name="controller">What is done for each.</param>
    /// <param name="options">How many at once, and what must have synced before.</param>
    /// <param name="logger">Receives failures.</param>
    public ControllerLoop(
        IInformer<TEntity> informer,
        WorkQueue<NamespacedName> queue,
        IEntityController<TEntity> controller,
        ControllerLoopOptions options,
        ILogger<ControllerLoop<TEntity>> logger
    ) { }

    /// <summary>Waits until every informer has synced, then reconciles every entity, and each again when it is stale, until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => throw new NotSupportedException();
}
