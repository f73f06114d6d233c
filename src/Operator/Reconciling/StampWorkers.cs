using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Palisade.Kubernetes.Client;
using Palisade.Operator.Statuses;
using Palisade.Operator.Writing;
using Palisade.Runtime;
using Palisade.Runtime.Controllers;
using Palisade.Runtime.Queues;

namespace Palisade.Operator.Reconciling;

/// <summary>What one piece of work is about: a custom resource in a namespace.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct StampKey(string Kind, string Name, string Namespace)
{
    public override string ToString() => $"{Kind} {Name} in namespace {Namespace}";
}

/// <summary>Take keys from the queue, as many at once as may be written at once, and have each reconciled.</summary>
internal sealed partial class StampWorkers(
    WorkQueue<StampKey> queue,
    int count,
    Func<StampKey, CancellationToken, Task<NamespaceOutcome?>> reconcile,
    ILogger<StampWorkers> logger,
    TimeProvider clock
)
{
    /// <summary>Without the API server no other key would fare better: rather than burn through them all, each worker rests.</summary>
    private static readonly TimeSpan OutagePause = TimeSpan.FromSeconds(1);

    private readonly ReconcileMetrics _metrics = new("NetworkPolicy");
    private volatile bool _isAway;

    public Task RunAsync(CancellationToken cancellationToken) =>
        TaskGroup.RunAsync(Enumerable.Repeat<Func<CancellationToken, Task>>(WorkAsync, count), cancellationToken);

    private async Task WorkAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var key = await queue.TakeAsync(cancellationToken);
            try
            {
                await ReconcileAsync(key, cancellationToken);
            }
            finally
            {
                queue.Done(key);
            }
        }
    }

    [SuppressMessage(
        "Design",
        "CA1031",
        Justification = "A fault in one namespace must not end the work on all: it is logged and tried again."
    )]
    private async Task ReconcileAsync(StampKey key, CancellationToken cancellationToken)
    {
        var began = clock.GetTimestamp();
        try
        {
            var outcome = await reconcile(key, cancellationToken);
            _isAway = false;
            _metrics.Reconciled(clock.GetElapsedTime(began), outcome is not { IsFailure: true }, outcome?.Reason);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (KubernetesException e) when (WriteFailure.IsOutage(e))
        {
            _metrics.Reconciled(clock.GetElapsedTime(began), success: false, e.Reason);
            if (!_isAway)
            {
                _isAway = true;
                LogAway(key, e.Message);
            }

            queue.AddAfter(key, OutagePause);
            await Task.Delay(OutagePause, clock, cancellationToken);
        }
        catch (Exception e)
        {
            _metrics.Reconciled(clock.GetElapsedTime(began), success: false, e.GetType().Name);
            LogFailed(key, e.GetType().Name, e.Message, queue.AddWithBackoff(key), e);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Key} is not reconciled, nor is any other ({Error}); trying again")]
    private partial void LogAway(StampKey key, string error);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Key} is not reconciled ({Reason}: {Error}); next try in {Wait}")]
    private partial void LogFailed(StampKey key, string reason, string error, TimeSpan wait, Exception exception);
}
