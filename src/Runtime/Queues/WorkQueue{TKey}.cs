using System.Diagnostics.CodeAnalysis;
using Palisade.Kubernetes.Client;

namespace Palisade.Runtime.Queues;

/// <summary>
/// A queue of keys to work on, as client-go's workqueue: a key that waits is there once, however often it is added; a key that is being
/// worked on and is added again comes back when that work is done, never beside it. Thread-safe.
/// </summary>
/// <remarks>
/// A key is <em>dirty</em> from when it is added until it is taken, and <em>processing</em> from when it is taken until <see cref="Done"/>. Only
/// keys that are dirty and not processing stand in the line. Keys that wait for their time stand in <see cref="_delayed"/>, served by one timer.
/// </remarks>
/// <typeparam name="TKey">Kind of key.</typeparam>
[SuppressMessage("Naming", "CA1711", Justification = "client-go's word.")]
public sealed class WorkQueue<TKey> : IDisposable
    where TKey : notnull
{
    private readonly Lock _gate = new();
    private readonly Queue<TKey> _line = new();
    private readonly Dictionary<TKey, long> _dirty = []; // with the time at which each was added
    private readonly HashSet<TKey> _processing = [];
    private readonly Dictionary<TKey, int> _failures = [];
    private readonly Dictionary<TKey, long> _dueAt = [];
    private readonly PriorityQueue<TKey, long> _delayed = new();
    private readonly SemaphoreSlim _available = new(0);
    private readonly BackoffOptions _backoff;
    private readonly TimeProvider _timeProvider;
    private readonly ITimer _timer;
    private readonly QueueMetrics _metrics;
    private bool _ended;

    /// <summary>Makes an empty queue.</summary>
    /// <param name="name">Name in metrics, such as <c>clusternetworkpolicy</c>.</param>
    /// <param name="backoff">How long a failed key waits; null for the default.</param>
    /// <param name="timeProvider">Clock; null for the system's.</param>
    public WorkQueue(string name, BackoffOptions? backoff = null, TimeProvider? timeProvider = null)
    {
        _backoff = backoff ?? new BackoffOptions();
        _timeProvider = timeProvider ?? TimeProvider.System;
        _metrics = new QueueMetrics(name);
        _timer = _timeProvider.CreateTimer(_ => AddDue(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How many keys wait, those that wait for their time aside.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _line.Count;
            }
        }
    }

    /// <summary>Adds a key that is to be worked on now.</summary>
    public void Add(TKey key)
    {
        lock (_gate)
        {
            AddLocked(key);
        }
    }

    /// <summary>Adds a key when a time has passed; the earliest time counts.</summary>
    public void AddAfter(TKey key, TimeSpan delay)
    {
        lock (_gate)
        {
            if (delay <= TimeSpan.Zero)
            {
                AddLocked(key);
                return;
            }

            var due = _timeProvider.GetTimestamp() + (long)(delay.TotalSeconds * _timeProvider.TimestampFrequency);
            if (_dueAt.TryGetValue(key, out var earlier) && earlier <= due)
            {
                return;
            }

            // A later entry of the same key stays in the heap; AddDue passes over it, since dueAt no longer names its time.
            _dueAt[key] = due;
            _delayed.Enqueue(key, due);
            SetTimer();
        }
    }

    /// <summary>Adds a key that failed, after its backoff, which doubles each time until <see cref="Forget"/>.</summary>
    /// <returns>How long the key waits.</returns>
    public TimeSpan AddWithBackoff(TKey key)
    {
        int before;
        lock (_gate)
        {
            before = _failures.GetValueOrDefault(key);
            _failures[key] = before + 1;
        }

        _metrics.Retried();
        var delay = _backoff.Delay(before);
        AddAfter(key, delay);
        return delay;
    }

    /// <summary>Sets the backoff of a key back: it succeeded, or need not be tried again.</summary>
    public void Forget(TKey key)
    {
        lock (_gate)
        {
            _failures.Remove(key);
        }
    }

    /// <summary>How often a key was added with backoff since it was last forgotten.</summary>
    public int Failures(TKey key)
    {
        lock (_gate)
        {
            return _failures.GetValueOrDefault(key);
        }
    }

    /// <summary>Waits for a key and takes it; <see cref="Done"/> must follow.</summary>
    public async ValueTask<TKey> TakeAsync(CancellationToken cancellationToken)
    {
        await _available.WaitAsync(cancellationToken);
        lock (_gate)
        {
            var key = _line.Dequeue();
            _dirty.Remove(key, out var since);
            _processing.Add(key);
            _metrics.Taken(_timeProvider.GetElapsedTime(since));
            return key;
        }
    }

    /// <summary>The work on a key is over, with success or not.</summary>
    public void Done(TKey key)
    {
        lock (_gate)
        {
            if (_processing.Remove(key) && _dirty.ContainsKey(key))
            {
                PutInLine(key);
            }
        }
    }

    /// <summary>Ends the queue; what is added afterwards, such as by an informer that has just called back, is passed over.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _ended = true;
            _metrics.Ended(_line.Count);
        }

        _timer.Dispose();
        _available.Dispose();
    }

    private void AddLocked(TKey key)
    {
        if (_dirty.TryAdd(key, _timeProvider.GetTimestamp()) && !_processing.Contains(key))
        {
            PutInLine(key);
        }
    }

    private void PutInLine(TKey key)
    {
        if (_ended)
        {
            return;
        }

        _line.Enqueue(key);
        _metrics.Added();
        _available.Release();
    }

    private void AddDue()
    {
        lock (_gate)
        {
            var now = _timeProvider.GetTimestamp();
            while (_delayed.TryPeek(out var key, out var due) && due <= now)
            {
                _delayed.Dequeue();
                if (_dueAt.TryGetValue(key, out var current) && current == due)
                {
                    _dueAt.Remove(key);
                    AddLocked(key);
                }
            }

            SetTimer();
        }
    }

    private void SetTimer()
    {
        if (!_delayed.TryPeek(out _, out var due))
        {
            return;
        }

        // Rounded up: a timer that fires a moment early would only be set again.
        var ticks = Math.Max(0, due - _timeProvider.GetTimestamp());
        var wait = TimeSpan.FromMilliseconds(Math.Ceiling(ticks * 1000.0 / _timeProvider.TimestampFrequency));
        _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }
}
