using Palisade.Kubernetes;

namespace Palisade.Runtime.Caching;

/// <summary>What can be said of an informer without knowing its kind.</summary>
public interface IInformer
{
    /// <summary>Kind that is watched, such as <c>Pod</c>.</summary>
    string Kind { get; }

    /// <summary>Whether the cache has held a complete list; it then stays true, even when the API server goes away.</summary>
    bool HasSynced { get; }

    /// <summary>When anything was last received from the API server, bookmarks included; null when nothing was yet.</summary>
    DateTimeOffset? LastActivity { get; }

    /// <summary>Why the last list or watch failed; null once anything was received since.</summary>
    string? Failure { get; }

    /// <summary>Waits until the cache has held a complete list.</summary>
    Task WaitForSyncAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Calls back whenever an object came, changed or went, with its key alone: look up what is true now. The callback runs on the
    /// watch's own thread, must be quick and must not throw (put the key in a queue). All keys are reported after a first list.
    /// </summary>
    /// <returns>Ends the subscription when disposed.</returns>
    IDisposable Subscribe(Action<NamespacedName> onChanged);
}

/// <summary>A cache of all objects of a kind, kept up to date by a watch. What it gives is shared: never change it.</summary>
/// <typeparam name="T">What is kept of an object: facts, or the object itself.</typeparam>
public interface IInformer<T> : IInformer
    where T : class
{
    /// <summary>An object as last seen; null when there is none.</summary>
    T? Get(NamespacedName key);

    /// <summary>All objects at one moment, ordered by namespace and name; the same list until something changes.</summary>
    IReadOnlyList<T> List();

    /// <summary>The objects that an index (see <see cref="InformerOptions{T}.Indexes"/>) holds under a value, ordered by namespace and name.</summary>
    /// <exception cref="ArgumentException">There is no such index.</exception>
    IReadOnlyList<T> ByIndex(string index, string value);
}
