using Palisade.Kubernetes.Client;
using Palisade.Policy.Validation;
using Palisade.Runtime.Caching;
using Palisade.Webhook.Admission;
using Palisade.Webhook.Hosting;

namespace Palisade.Webhook.Impact;

/// <summary>What is known of the cluster.</summary>
public interface IClusterView
{
    /// <summary>Whether nothing is known because the cluster has more objects than may be held.</summary>
    bool IsTooLarge => false;

    /// <summary>The cluster as it is now; null while nothing is known of it. Quick: nothing is asked of the API server.</summary>
    ClusterFacts? Facts();

    /// <summary>Takes note that what was known of the cluster could not be made use of.</summary>
    /// <param name="fault">What happened.</param>
    void ReportFault(Exception fault) { }
}

/// <summary>Nothing is known of the cluster.</summary>
public sealed class UnknownCluster : IClusterView
{
    /// <inheritdoc/>
    public ClusterFacts? Facts() => null;
}

/// <summary>
/// Watches the cluster for warnings. They are a courtesy: serving does not wait for the watch, readiness does not depend on it, its memory is
/// bounded, and whatever happens to it leaves warnings out, and nothing else.
/// </summary>
internal sealed partial class WatchedCluster(
    IKubernetesClient client,
    WebhookOptions options,
    AdmissionMetrics metrics,
    ILoggerFactory loggers,
    TimeProvider timeProvider
) : BackgroundService, IClusterView
{
    /// <summary>How long nothing is watched after the cluster was too large: a cluster seldom shrinks.</summary>
    private static readonly TimeSpan PauseWhenTooLarge = TimeSpan.FromMinutes(10);

    private static readonly TimeSpan PauseAfterFault = TimeSpan.FromMinutes(1);

    private readonly ILogger _logger = loggers.CreateLogger<WatchedCluster>();
    private volatile ClusterFacts? _facts;
    private volatile bool _isTooLarge;

    /// <inheritdoc/>
    public bool IsTooLarge => _isTooLarge;

    /// <inheritdoc/>
    public ClusterFacts? Facts() => _facts;

    /// <inheritdoc/>
    public void ReportFault(Exception fault)
    {
        metrics.ImpactFailed("computation");
        LogComputationFailed(fault);
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var pause = await WatchAsync(stoppingToken);
            await Task.Delay(pause, timeProvider, stoppingToken);
        }
    }

    /// <summary>Watches until it fails; says how long to wait before the next attempt.</summary>
    private async Task<TimeSpan> WatchAsync(CancellationToken cancellationToken)
    {
        try
        {
            await new ClusterWatch(client, options, loggers, timeProvider).RunAsync(Publish, cancellationToken);
            throw new InvalidOperationException("the watch ended without a reason");
        }
        catch (CacheBudgetException) when (!cancellationToken.IsCancellationRequested)
        {
            return OnTooLarge();
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever it is: an exception that leaves here would end the program, and with it admission.
            _facts = null;
            metrics.ImpactFailed("watch");
            LogWatchFailed(fault, PauseAfterFault);
            return PauseAfterFault;
        }
    }

    private void Publish(ClusterFacts facts) => (_facts, _isTooLarge) = (facts, false);

    private TimeSpan OnTooLarge()
    {
        if (_facts is not null)
        {
            // It fitted until now: a list that is read again counts beside what the caches hold, and may fit when they are empty.
            _facts = null;
            return TimeSpan.Zero;
        }

        metrics.ImpactFailed("too_large");
        if (!_isTooLarge)
        {
            LogTooLarge(options.ImpactMaxObjects);
        }

        _isTooLarge = true;
        return PauseWhenTooLarge;
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "The cluster has more than {Limit} namespaces, pods and NetworkPolicies: warnings do not say what a policy would do in it"
    )]
    private partial void LogTooLarge(int limit);

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "Watching the cluster failed: warnings do not say what a policy would do in it; trying again in {Pause}"
    )]
    private partial void LogWatchFailed(Exception fault, TimeSpan pause);

    [LoggerMessage(Level = LogLevel.Error, Message = "Computing what a policy would do in the cluster failed; its warnings are left out")]
    private partial void LogComputationFailed(Exception fault);
}
