using k8s;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;

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

    /// <summary>Lists and watches until cancelled; failures are logged and retried with backoff.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    Task RunAsync(CancellationToken cancellationToken);

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

/// <summary>What an informer watches, and what it keeps of it.</summary>
/// <typeparam name="TWire">Kind that is watched.</typeparam>
/// <typeparam name="TFacts">What is kept of an object; immutable, equal when nothing that is read of it differs.</typeparam>
public record InformerOptions<TWire, TFacts>
    where TWire : class, IKubernetesObject<V1ObjectMeta>
    where TFacts : class
{
    /// <summary>Which objects.</summary>
    public ListOptions Selection { get; init; } = ListOptions.All;

    /// <summary>Makes what is kept of an object, as soon as it was read: the object itself is garbage then.</summary>
    public required Func<TWire, TFacts> Project { get; init; }

    /// <summary>Named indexes: each gives the values under which an object can be found.</summary>
    public IReadOnlyDictionary<string, Func<TFacts, IEnumerable<string>>> Indexes { get; init; } =
        new Dictionary<string, Func<TFacts, IEnumerable<string>>>(StringComparer.Ordinal);

    /// <summary>What may be held at most, shared with other informers; without it, everything. Beyond it the informer ends.</summary>
    public CacheBudget? Budget { get; init; }

    /// <summary>What is kept of an object takes so much of <see cref="Budget"/>; without it, 1.</summary>
    public Func<TFacts, int> Weight { get; init; } = _ => 1;

    /// <summary>Tells whether a change (old, new) is none: then the cache keeps the old facts, and nobody hears of it.</summary>
    internal Func<TFacts, TFacts, bool> IsSame { get; init; } = EqualityComparer<TFacts>.Default.Equals;

    /// <summary>Whether subscribers are to hear of a change (old, new) that the cache follows.</summary>
    internal Func<TFacts, TFacts, bool> IsReported { get; init; } = (_, _) => true;
}

/// <summary>What an informer watches that keeps whole objects.</summary>
/// <typeparam name="T">Kind that is watched.</typeparam>
public sealed record InformerOptions<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    /// <inheritdoc cref="InformerOptions{TWire, TFacts}.Selection"/>
    public ListOptions Selection { get; init; } = ListOptions.All;

    /// <inheritdoc cref="InformerOptions{TWire, TFacts}.Indexes"/>
    public IReadOnlyDictionary<string, Func<T, IEnumerable<string>>> Indexes { get; init; } =
        new Dictionary<string, Func<T, IEnumerable<string>>>(StringComparer.Ordinal);

    /// <summary>Removes from a freshly read object what need not stay in memory; managedFields always go.</summary>
    public Action<T>? Strip { get; init; }

    /// <summary>
    /// Whether subscribers are to hear of a change (old, new); without it, of every one. The cache follows every change in any case.
    /// Creation and deletion are always reported.
    /// </summary>
    public Func<T, T, bool>? IsRelevantChange { get; init; }

    /// <inheritdoc cref="InformerOptions{TWire, TFacts}.Budget"/>
    public CacheBudget? Budget { get; init; }

    /// <summary>What a stripped object takes of <see cref="Budget"/>; without it, 1.</summary>
    public Func<T, int> Weight { get; init; } = _ => 1;

    /// <summary>The same, said of facts that are the object itself.</summary>
    internal InformerOptions<T, T> WholeObjects() =>
        new()
        {
            Selection = Selection,
            Project = entity =>
            {
                entity.Metadata.ManagedFields = null;
                Strip?.Invoke(entity);
                return entity;
            },
            Indexes = Indexes,
            Budget = Budget,
            Weight = Weight,
            IsSame = (_, _) => false,
            IsReported = IsRelevantChange ?? ((_, _) => true),
        };
}
