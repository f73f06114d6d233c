using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Palisade.Kubernetes.Caching;
using Palisade.Kubernetes.Queues;

namespace Palisade.Kubernetes.Controllers;

/// <summary>
/// Takes keys from a queue and has each reconciled with the entity from the cache. Every change of an entity puts its key into the queue;
/// whatever else makes an entity stale adds its key itself.
/// </summary>
/// <typeparam name="TEntity">Kind that is reconciled.</typeparam>
public sealed partial class ControllerLoop<TEntity>
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly IInformer<TEntity> informer;
    private readonly WorkQueue<NamespacedName> queue;
    private readonly IEntityController<TEntity> controller;
    private readonly ControllerLoopOptions options;
    private readonly ILogger<ControllerLoop<TEntity>> logger;
    private readonly ReconcileMetrics metrics;

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
    )
    {
        ArgumentNullException.ThrowIfNull(informer);
        this.informer = informer;
        this.queue = queue;
        this.controller = controller;
        this.options = options;
        this.logger = logger;
        metrics = new ReconcileMetrics(informer.Kind);
    }

    /// <summary>Waits until every informer has synced, then reconciles every entity, and each again when it is stale, until cancelled.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var subscription = informer.Subscribe(queue.Add);
        foreach (var prerequisite in options.Prerequisites.Append(informer))
        {
            await prerequisite.WaitForSyncAsync(cancellationToken);
        }

        // The loop may begin long after the informer did (a new leader): what was reported before is made up for here.
        foreach (var entity in informer.List())
        {
            queue.Add(NamespacedName.Of(entity));
        }

        await Task.WhenAll(Enumerable.Range(0, options.Workers).Select(_ => WorkAsync(cancellationToken)));
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var key = await queue.TakeAsync(cancellationToken);
            try
            {
                Conclude(key, await ReconcileAsync(key, cancellationToken));
            }
            finally
            {
                queue.Done(key);
            }
        }
    }

    [System.Diagnostics.CodeAnalysis.SuppressMessage(
        "Design",
        "CA1031",
        Justification = "A fault in reconciling one entity must not end the loop for all: it is logged and tried again."
    )]
    private async Task<ReconciliationResult<TEntity>> ReconcileAsync(NamespacedName key, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        ReconciliationResult<TEntity> result;
        try
        {
            result = informer.Get(key) is { } entity
                ? await controller.ReconcileAsync(entity, cancellationToken)
                : await controller.DeletedAsync(key, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e)
        {
            result = ReconciliationResult<TEntity>.Failure(e.GetType().Name, e.Message, e);
        }

        metrics.Reconciled(Stopwatch.GetElapsedTime(began), result.IsSuccess, result.Reason);
        return result;
    }

    private void Conclude(NamespacedName key, ReconciliationResult<TEntity> result)
    {
        if (result is { IsSuccess: false, IsTerminal: false })
        {
            // An own time of the controller's takes the place of the backoff, not its count.
            var wait = result.RequeueAfter ?? queue.AddWithBackoff(key);
            if (result.RequeueAfter is not null)
            {
                queue.AddAfter(key, wait);
            }

            LogFailed(informer.Kind, key, result.Reason, result.ErrorMessage, wait, result.Error);
            return;
        }

        queue.Forget(key);
        if (result.IsTerminal)
        {
            LogTerminal(informer.Kind, key, result.Reason, result.ErrorMessage, result.Error);
        }
        else if (result.RequeueAfter is { } wait)
        {
            queue.AddAfter(key, wait);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind} {Key} is not reconciled ({Reason}: {Error}); next try in {Wait}")]
    private partial void LogFailed(string kind, NamespacedName key, string? reason, string? error, TimeSpan wait, Exception? exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind} {Key} cannot be reconciled until it changes ({Reason}: {Error})")]
    private partial void LogTerminal(string kind, NamespacedName key, string? reason, string? error, Exception? exception);
}
