using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Palisade.Kubernetes.Client;

namespace Palisade.Runtime.Queues;

/// <summary>
/// A queue of keys to work on, as client-go's workqueue: a key that waits is there once, however often it is added; a key that is being
/// worked on and is added again comes back when that work is done, never beside it. Keys that were added singly come before those of a batch.
/// Thread-safe.
/// </summary>
/// <remarks>
/// A key is <em>dirty</em> from when it is added until it is taken, and <em>processing</em> from when it is taken until <see cref="Done"/>. Only
/// keys that are dirty and not processing stand in the line, or among the batches. A key of a batch that is added singly goes over into the line;
/// its place in the batch stays and is passed over. Keys that wait for their time stand in <see cref="_delayed"/>, served by one timer.
/// </remarks>
/// <typeparam name="TKey">Kind of key.</typeparam>
[SuppressMessage("Naming", "CA1711", Justification = "client-go's word.")]
public sealed class WorkQueue<TKey> : IDisposable
    where TKey : notnull
{
    private readonly Lock _gate = new();
    private readonly Queue<TKey> _line = new();
    private readonly PriorityQueue<TKey, long> _batches = new(); // by turn
    private readonly Dictionary<TKey, Dirty> _dirty = [];
    private readonly HashSet<TKey> _processing = [];
    private readonly Dictionary<TKey, int> _failures = [];
    private readonly Dictionary<TKey, long> _dueAt = [];
    private readonly PriorityQueue<TKey, long> _delayed = new();
    private readonly SemaphoreSlim _available = new(0);
    private readonly BackoffOptions _backoff;
    private readonly TimeProvider _timeProvider;
    private readonly ITimer _timer;
    private readonly QueueMetrics _metrics;
    private int _count;
    private long _turn;
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
                return _count;
            }
        }
    }

    /// <summary>Adds a key that is to be worked on now, before all that wait in batches.</summary>
    public void Add(TKey key)
    {
        lock (_gate)
        {
            AddLocked(key, turn: null);
        }
    }

    /// <summary>
    /// Adds keys to be worked on, in their order, when no single key waits. Batches take turns, key by key: a small one never waits for the end
    /// of a large one.
    /// </summary>
    public void AddBatch(IEnumerable<TKey> keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        lock (_gate)
        {
            var turn = _turn;
            foreach (var key in keys)
            {
                AddLocked(key, ++turn);
            }
        }
    }

    /// <summary>Adds a key when a time has passed, behind the single ones that wait then; the earliest time counts.</summary>
    public void AddAfter(TKey key, TimeSpan delay)
    {
        lock (_gate)
        {
            if (delay <= TimeSpan.Zero)
            {
                AddLocked(key, _turn);
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
            var key = _line.TryDequeue(out var single) ? single : NextOfBatches();
            _dirty.Remove(key, out var dirty);
            _processing.Add(key);
            _count--;
            _metrics.Taken(_timeProvider.GetElapsedTime(dirty.Since));
            return key;
        }
    }

    /// <summary>The work on a key is over, with success or not.</summary>
    public void Done(TKey key)
    {
        lock (_gate)
        {
            if (_processing.Remove(key) && _dirty.TryGetValue(key, out var dirty))
            {
                PutInLine(key, dirty.Turn);
            }
        }
    }

    /// <summary>Ends the queue; what is added afterwards, such as by an informer that has just called back, is passed over.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _ended = true;
            _metrics.Ended(_count);
        }

        _timer.Dispose();
        _available.Dispose();
    }

    private void AddLocked(TKey key, long? turn)
    {
        if (!_dirty.TryGetValue(key, out var dirty))
        {
            _dirty[key] = new Dirty(_timeProvider.GetTimestamp(), turn);
            if (!_processing.Contains(key))
            {
                PutInLine(key, turn);
            }
        }
        else if (turn is null && dirty.Turn is not null)
        {
            _dirty[key] = dirty with { Turn = null };
            if (!_processing.Contains(key))
            {
                _line.Enqueue(key);
            }
        }
    }

    private void PutInLine(TKey key, long? turn)
    {
        if (_ended)
        {
            return;
        }

        if (turn is { } place)
        {
            _batches.Enqueue(key, place);
        }
        else
        {
            _line.Enqueue(key);
        }

        _count++;
        _metrics.Added();
        _available.Release();
    }

    private TKey NextOfBatches()
    {
        while (true)
        {
            if (!_batches.TryDequeue(out var key, out var turn))
            {
                throw new InvalidOperationException("a key was announced that does not wait");
            }

            _turn = Math.Max(_turn, turn);
            if (_dirty.TryGetValue(key, out var dirty) && dirty.Turn is not null && !_processing.Contains(key))
            {
                return key;
            }
        }
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
                    AddLocked(key, _turn);
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

    /// <summary>A key that waits, or will when the work on it is done.</summary>
    /// <param name="Since">When it was added.</param>
    /// <param name="Turn">Its turn among the batches; null when it was added singly.</param>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Dirty(long Since, long? Turn);
}
