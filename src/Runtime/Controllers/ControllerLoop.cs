using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using k8s;
using Microsoft.Extensions.Logging;
using Palisade.Kubernetes;
using Palisade.Runtime.Caching;
using Palisade.Runtime.Queues;

namespace Palisade.Runtime.Controllers;

/// <summary>
/// Takes keys from a queue and has each reconciled with the entity from the cache. Every change of an entity puts its key into the queue;
/// whatever else makes an entity stale adds its key itself.
/// </summary>
/// <typeparam name="TEntity">Kind that is reconciled.</typeparam>
public sealed partial class ControllerLoop<TEntity>
    where TEntity : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly IInformer<TEntity> _informer;
    private readonly WorkQueue<NamespacedName> _queue;
    private readonly IEntityController<TEntity> _controller;
    private readonly ControllerLoopOptions _options;
    private readonly ILogger<ControllerLoop<TEntity>> _logger;
    private readonly ReconcileMetrics _metrics;

    // What was said last of those that cannot be reconciled: what goes on around them makes them stale again and again.
    private readonly ConcurrentDictionary<NamespacedName, string?> _permanentFailures = new();

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
        _informer = informer;
        _queue = queue;
        _controller = controller;
        _options = options;
        _logger = logger;
        _metrics = new ReconcileMetrics(informer.Kind);
    }

    /// <summary>Waits until every informer has synced, then reconciles every entity, and each again when it is stale, until cancelled.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var subscription = _informer.Subscribe(_queue.Add);
        foreach (var prerequisite in _options.Prerequisites.Append(_informer))
        {
            await prerequisite.WaitForSyncAsync(cancellationToken);
        }

        // The loop may begin long after the informer did (a new leader): what was reported before is made up for here.
        foreach (var entity in _informer.List())
        {
            _queue.Add(NamespacedName.From(entity));
        }

        // A worker that fails ends the loop: the others would go on without it, and its key would never be done.
        await TaskGroup.RunAsync(Enumerable.Repeat<Func<CancellationToken, Task>>(WorkAsync, _options.Workers), cancellationToken);
    }

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var key = await _queue.TakeAsync(cancellationToken);
            try
            {
                Conclude(key, await ReconcileAsync(key, cancellationToken));
            }
            finally
            {
                _queue.Done(key);
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
            result = _informer.Get(key) is { } entity
                ? await _controller.ReconcileAsync(entity, cancellationToken)
                : await _controller.DeletedAsync(key, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception e)
        {
            result = ReconciliationResult<TEntity>.Failure(e.GetType().Name, e.Message, e);
        }

        _metrics.Reconciled(Stopwatch.GetElapsedTime(began), result.IsSuccess, result.Reason);
        return result;
    }

    private void Conclude(NamespacedName key, ReconciliationResult<TEntity> result)
    {
        if (result is { IsSuccess: false, IsTerminal: false })
        {
            // An own time of the controller's takes the place of the backoff, not its count.
            var wait = result.RequeueAfter ?? _queue.AddWithBackoff(key);
            if (result.RequeueAfter is not null)
            {
                _queue.AddAfter(key, wait);
            }

            LogFailed(_informer.Kind, key, result.Reason, result.ErrorMessage, wait, result.Error);
            return;
        }

        _queue.Forget(key);
        if (result.RequeueAfter is { } later)
        {
            _queue.AddAfter(key, later);
        }

        if (result.IsTerminal)
        {
            if (!_permanentFailures.TryGetValue(key, out var said) || said != result.ErrorMessage)
            {
                _permanentFailures[key] = result.ErrorMessage;
                LogTerminal(_informer.Kind, key, result.Reason, result.ErrorMessage, result.Error);
            }

            return;
        }

        _permanentFailures.TryRemove(key, out _);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind} {Key} is not reconciled ({Reason}: {Error}); next try in {Wait}")]
    private partial void LogFailed(string kind, NamespacedName key, string? reason, string? error, TimeSpan wait, Exception? exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind} {Key} cannot be reconciled until it changes ({Reason}: {Error})")]
    private partial void LogTerminal(string kind, NamespacedName key, string? reason, string? error, Exception? exception);
}

/// <summary>How a <see cref="ControllerLoop{TEntity}"/> runs.</summary>
public sealed record ControllerLoopOptions
{
    /// <summary>How many entities are reconciled at once.</summary>
    public int Workers { get; init; } = 2;

    /// <summary>Informers that must have synced before anything is reconciled, besides that of the entities.</summary>
    public IReadOnlyList<IInformer> Prerequisites { get; init; } = [];
}

/// <summary>Metrics of reconciliations.</summary>
/// <param name="kind">Kind that is reconciled.</param>
public sealed class ReconcileMetrics(string kind)
{
    private static readonly Histogram<double> Durations = KubernetesMeter.Instance.CreateHistogram(
        "palisade_reconcile_duration",
        unit: "s",
        description: "Time that one reconciliation took.",
        advice: KubernetesMeter.Durations
    );

    private static readonly Counter<long> Failures = KubernetesMeter.Instance.CreateCounter<long>(
        "palisade_reconcile_failures",
        description: "Reconciliations that failed, by constant reason."
    );

    private readonly KeyValuePair<string, object?> _tag = new("kind", kind);

    /// <summary>A reconciliation is over.</summary>
    /// <param name="duration">How long it took.</param>
    /// <param name="success">Whether it succeeded.</param>
    /// <param name="reason">Constant reason of a failure.</param>
    public void Reconciled(TimeSpan duration, bool success, string? reason)
    {
        Durations.Record(duration.TotalSeconds, _tag, new("result", success ? "success" : "failure"));
        if (!success)
        {
            Failures.Add(1, _tag, new("reason", reason ?? ""));
        }
    }
}
