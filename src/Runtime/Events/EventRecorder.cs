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
