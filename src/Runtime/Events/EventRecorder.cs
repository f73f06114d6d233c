using System.Diagnostics.Metrics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;

namespace Palisade.Runtime.Events;

/// <summary>
/// Sends events of the <c>events.k8s.io</c> group. An event that comes again is not sent again but counted; its series is begun at once, so that
/// people see that it goes on, and brought up to date now and then (KEP-383). New events are let through by a token bucket.
/// </summary>
public sealed partial class EventRecorder : IEventRecorder
{
    private const int MaxQueueLength = 1000;

    private static readonly Counter<long> Dropped = KubernetesMeter.Instance.CreateCounter<long>(
        "palisade_events_dropped",
        description: "Events that were not sent, because too many came or the API server refused them."
    );

    private readonly IKubernetesClient _client;
    private readonly EventRecorderOptions _options;
    private readonly ILogger<EventRecorder> _logger;
    private readonly TimeProvider _timeProvider;
    private readonly TokenBucket _bucket;
    private readonly Channel<Eventsv1Event> _queue = Channel.CreateBounded<Eventsv1Event>(
        new BoundedChannelOptions(MaxQueueLength) { SingleReader = true }
    );

    private readonly Dictionary<EventKey, EventSeries> _series = [];

    /// <summary>Makes a recorder; nothing is sent before <see cref="RunAsync"/>.</summary>
    public EventRecorder(
        IKubernetesClient client,
        EventRecorderOptions options,
        ILogger<EventRecorder> logger,
        TimeProvider? timeProvider = null
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        _client = client;
        _options = options;
        _logger = logger;
        _timeProvider = timeProvider ?? TimeProvider.System;
        _bucket = new TokenBucket(options.Burst, options.Refill, _timeProvider);
    }

    /// <inheritdoc/>
    public void Record(
        k8s.IKubernetesObject<V1ObjectMeta> regarding,
        EventType type,
        string reason,
        string action,
        string note,
        k8s.IKubernetesObject<V1ObjectMeta>? related = null
    )
    {
        var fresh = EventFactory.Create(_options, regarding, type, reason, action, note, related, _timeProvider.GetUtcNow());
        if (!_queue.Writer.TryWrite(fresh))
        {
            Dropped.Add(1);
        }
    }

    /// <summary>Sends what was recorded until cancelled; failures are logged and the event is lost.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_options.SeriesPeriod, _timeProvider);
        var tick = timer.WaitForNextTickAsync(cancellationToken).AsTask();
        var ready = _queue.Reader.WaitToReadAsync(cancellationToken).AsTask();
        while (true)
        {
            await Task.WhenAny(tick, ready);
            cancellationToken.ThrowIfCancellationRequested();
            if (ready.IsCompleted)
            {
                await ready;
                while (_queue.Reader.TryRead(out var fresh))
                {
                    await TakeAsync(fresh, cancellationToken);
                }

                ready = _queue.Reader.WaitToReadAsync(cancellationToken).AsTask();
            }

            if (tick.IsCompleted)
            {
                await tick;
                await UpdateSeriesAsync(cancellationToken);
                tick = timer.WaitForNextTickAsync(cancellationToken).AsTask();
            }
        }
    }

    private async Task TakeAsync(Eventsv1Event fresh, CancellationToken cancellationToken)
    {
        var key = EventKey.From(fresh);
        if (_series.TryGetValue(key, out var known) && !known.IsOver(fresh.EventTime!.Value, _options.SeriesEnd))
        {
            if (known.CameAgain(fresh.EventTime!.Value))
            {
                await UpdateAsync(key, known, cancellationToken);
            }

            return;
        }

        if (!_bucket.TryTake())
        {
            Dropped.Add(1);
            return;
        }

        try
        {
            await _client.CreateAsync(fresh, cancellationToken);
            _series[key] = new EventSeries(NamespacedName.From(fresh), fresh.EventTime!.Value);
        }
        catch (KubernetesException e)
        {
            Dropped.Add(1);
            LogFailed(fresh.Metadata.Name, e.Message);
        }
    }

    private async Task UpdateSeriesAsync(CancellationToken cancellationToken)
    {
        foreach (var (key, known) in _series.ToList())
        {
            if (known.IsOver(_timeProvider.GetUtcNow().UtcDateTime, _options.SeriesEnd))
            {
                _series.Remove(key);
            }

            await UpdateAsync(key, known, cancellationToken);
        }
    }

    private async Task UpdateAsync(EventKey key, EventSeries known, CancellationToken cancellationToken)
    {
        if (known.TakeUpdate() is not { } patch)
        {
            return;
        }

        try
        {
            await _client.PatchAsync<Eventsv1Event>(known.Event, patch, null, cancellationToken);
        }
        catch (KubernetesException e)
        {
            _series.Remove(key); // The API server forgets events after an hour; the next one is sent again.
            LogFailed(known.Event.Name, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The event {Event} is lost: {Failure}")]
    private partial void LogFailed(string @event, string failure);
}

/// <summary>Reports to people what happened to an object (<c>kubectl describe</c>, <c>kubectl get events</c>).</summary>
public interface IEventRecorder
{
    /// <summary>
    /// Reports an event. Returns at once and never fails: sending is done behind; equal events become a series, and when too many come, some
    /// are dropped and counted.
    /// </summary>
    /// <param name="regarding">Object that the event is about.</param>
    /// <param name="type">Whether people must act.</param>
    /// <param name="reason">Constant CamelCase word: why.</param>
    /// <param name="action">Constant CamelCase word: what was done or not done.</param>
    /// <param name="note">Human-readable message; cut at 1024 bytes.</param>
    /// <param name="related">Second object, when there is one.</param>
    void Record(
        k8s.IKubernetesObject<V1ObjectMeta> regarding,
        EventType type,
        string reason,
        string action,
        string note,
        k8s.IKubernetesObject<V1ObjectMeta>? related = null
    );
}

/// <summary>In whose name events are sent, and how many.</summary>
public sealed record EventRecorderOptions
{
    /// <summary>Name of the program, such as <c>palisade.dev/operator</c>.</summary>
    public required string Controller { get; init; }

    /// <summary>Which instance of the program: its pod's name.</summary>
    public required string Instance { get; init; }

    /// <summary>
    /// Namespace for events about cluster-scoped objects. API servers before 1.22 take those of <c>events.k8s.io</c> in <c>kube-system</c> alone;
    /// <c>kubectl describe</c> finds them wherever they are.
    /// </summary>
    public string ClusterScopedNamespace { get; init; } = "kube-system";

    /// <summary>How many events may be sent at once after a quiet time.</summary>
    public int Burst { get; init; } = 25;

    /// <summary>After which time another event may be sent when the burst is used up.</summary>
    public TimeSpan Refill { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How often at most a series of equal events is brought up to date.</summary>
    public TimeSpan SeriesPeriod { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>When an event has not come again for so long, its series is over, and the next one is a new event (KEP-383: six minutes).</summary>
    public TimeSpan SeriesEnd { get; init; } = TimeSpan.FromMinutes(6);
}

/// <summary>Whether people must act on an event.</summary>
public enum EventType
{
    /// <summary>For information.</summary>
    Normal,

    /// <summary>Something is wrong.</summary>
    Warning,
}
