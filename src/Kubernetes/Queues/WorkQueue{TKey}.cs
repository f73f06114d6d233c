namespace Palisade.Kubernetes.Queues;

/// <summary>
/// A queue of keys to work on, as client-go's workqueue: a key that waits is there once, however often it is added; a key that is being
/// worked on and is added again comes back when that work is done, never beside it. Thread-safe.
/// </summary>
/// <typeparam name="TKey">Kind of key.</typeparam>
public sealed class WorkQueue<TKey> : IDisposable
    where TKey : notnull
{
    /// <summary>Makes an empty queue.</summary>
    /// <param name="name">Name in metrics, such as <c>clusternetworkpolicy</c>.</param>
    /// <param name="backoff">How long a failed key waits; null for the default.</param>
    /// <param name="timeProvider">Clock; null for the system's.</param>
    public WorkQueue(string name, BackoffOptions? backoff = null, TimeProvider? timeProvider = null) { }

    /// <summary>How many keys wait, those that wait for their time aside.</summary>
    public int Count => throw new NotSupportedException();

    /// <summary>Adds a key that is to be worked on now.</summary>
    public void Add(TKey key) => throw new NotSupportedException();

    /// <summary>Adds a key when a time has passed; the earliest time counts.</summary>
    public void AddAfter(TKey key, TimeSpan delay) => throw new NotSupportedException();

    /// <summary>Adds a key that failed, after its backoff, which doubles each time until <see cref="Forget"/>.</summary>
    /// <returns>How long the key waits.</returns>
    public TimeSpan AddWithBackoff(TKey key) => throw new NotSupportedException();

    /// <summary>Sets the backoff of a key back: it succeeded, or need not be tried again.</summary>
    public void Forget(TKey key) => throw new NotSupportedException();

    /// <summary>How often a key was added with backoff since it was last forgotten.</summary>
    public int Failures(TKey key) => throw new NotSupportedException();

    /// <summary>Waits for a key and takes it; <see cref="Done"/> must follow.</summary>
    public ValueTask<TKey> TakeAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>The work on a key is over, with success or not.</summary>
    public void Done(TKey key) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Dispose() { }
}
