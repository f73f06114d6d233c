using Microsoft.Extensions.Logging;
using Palisade.Kubernetes.Client;
using Palisade.Kubernetes.Client.Transport;
using Palisade.Kubernetes.Hosting;

namespace Palisade.Kubernetes.Caching;

/// <summary>Lists and watches a kind and keeps all its objects.</summary>
/// <typeparam name="T">Kind that is watched.</typeparam>
public sealed class Informer<T> : IInformer<T>, IReflectorSink<T>, IHealthSource
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly Lock gate = new();
    private readonly InformerOptions<T> options;
    private readonly ObjectCache<T> cache;
    private readonly Reflector<T> reflector;
    private readonly TimeProvider timeProvider;
    private readonly TaskCompletionSource synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Action<NamespacedName>? subscribers;
    private long lastActivity;

    /// <summary>Makes an informer; nothing is read before <see cref="RunAsync"/>.</summary>
    public Informer(IKubernetesClient client, InformerOptions<T> options, ILogger<Informer<T>> logger, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
        this.timeProvider = timeProvider ?? TimeProvider.System;
        cache = new ObjectCache<T>(options);
        reflector = new Reflector<T>(client, options.Selection, this, logger, this.timeProvider);
    }

    /// <inheritdoc/>
    public string Kind => Resource<T>.Kind;

    /// <inheritdoc/>
    public bool HasSynced => synced.Task.IsCompleted;

    /// <summary>When anything was last received from the API server; null when nothing was yet.</summary>
    public DateTimeOffset? LastActivity =>
        Volatile.Read(ref lastActivity) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <summary>How many objects the cache holds.</summary>
    public int Count => cache.Count;

    string IHealthSource.Name => $"informer-{Resource<T>.Plural} {options.Selection}".TrimEnd();

    /// <summary>Lists and watches until cancelled; failures are logged and retried with backoff.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var registration = InformerMetrics.Register(this, options.Selection, () => Count, () => LastActivity);
        await reflector.RunAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task WaitForSyncAsync(CancellationToken cancellationToken) => synced.Task.WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public IDisposable Subscribe(Action<NamespacedName> onChanged)
    {
        ArgumentNullException.ThrowIfNull(onChanged);
        lock (gate)
        {
            subscribers += onChanged;
        }

        return new Subscription(() =>
        {
            lock (gate)
            {
                subscribers -= onChanged;
            }
        });
    }

    /// <inheritdoc/>
    public T? Get(NamespacedName key) => cache.Get(key);

    /// <inheritdoc/>
    public IReadOnlyList<T> List() => cache.List();

    /// <inheritdoc/>
    public IReadOnlyList<T> ByIndex(string index, string value) => cache.ByIndex(index, value);

    /// <summary>Healthy once the cache has held a complete list.</summary>
    HealthReport IHealthSource.Check() => HasSynced ? HealthReport.Healthy : HealthReport.Unhealthy($"{Kind} objects are not all read yet");

    void IReflectorSink<T>.Received() => Volatile.Write(ref lastActivity, timeProvider.GetUtcNow().UtcTicks);

    void IReflectorSink<T>.Read(T entity)
    {
        entity.Metadata.ManagedFields = null;
        options.Strip?.Invoke(entity);
    }

    void IReflectorSink<T>.Replace(IReadOnlyCollection<T> entities)
    {
        var changed = cache.Replace(entities);
        synced.TrySetResult();
        foreach (var key in changed)
        {
            subscribers?.Invoke(key);
        }
    }

    void IReflectorSink<T>.Set(T entity)
    {
        if (cache.Set(entity))
        {
            subscribers?.Invoke(NamespacedName.Of(entity));
        }
    }

    void IReflectorSink<T>.Remove(NamespacedName key)
    {
        if (cache.Remove(key))
        {
            subscribers?.Invoke(key);
        }
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
