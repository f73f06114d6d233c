using k8s;
using Microsoft.Extensions.Logging;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;
using Palisade.Kubernetes.Client.Transport;

namespace Palisade.Runtime.Caching;

/// <summary>Lists and watches a kind and keeps all its objects.</summary>
/// <typeparam name="T">Kind that is watched.</typeparam>
public sealed class Informer<T> : IInformer<T>, IReflectorSink<T>, IHealthSource
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private readonly Lock _gate = new();
    private readonly InformerOptions<T> _options;
    private readonly ObjectCache<T> _cache;
    private readonly Reflector<T> _reflector;
    private readonly TimeProvider _timeProvider;
    private readonly CacheShare<T>? _share;
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Action<NamespacedName>? _subscribers;
    private long _lastActivity;
    private volatile string? _failure;

    /// <summary>Makes an informer; nothing is read before <see cref="RunAsync"/>.</summary>
    public Informer(IKubernetesClient client, InformerOptions<T> options, ILogger<Informer<T>> logger, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _timeProvider = timeProvider ?? TimeProvider.System;
        _cache = new ObjectCache<T>(options);
        _share = options.Budget is { } budget ? new CacheShare<T>(budget, options.Weight) : null;
        _reflector = new Reflector<T>(client, options.Selection, this, logger, _timeProvider);
    }

    /// <inheritdoc/>
    public string Kind => Resource<T>.Kind;

    /// <inheritdoc/>
    public bool HasSynced => _synced.Task.IsCompleted;

    /// <inheritdoc/>
    public DateTimeOffset? LastActivity =>
        Volatile.Read(ref _lastActivity) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <inheritdoc/>
    public string? Failure => _failure;

    /// <summary>How many objects the cache holds.</summary>
    public int Count => _cache.Count;

    string IHealthSource.Name => $"informer-{Resource<T>.Plural} {_options.Selection}".TrimEnd();

    /// <summary>Lists and watches until cancelled; failures are logged and retried with backoff.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="CacheBudgetException">It would hold more than <see cref="InformerOptions{T}.Budget"/> allows.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var registration = InformerMetrics.Register(this, _options.Selection, () => Count, () => LastActivity);
        await _reflector.RunAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task WaitForSyncAsync(CancellationToken cancellationToken) => _synced.Task.WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public IDisposable Subscribe(Action<NamespacedName> onChanged)
    {
        ArgumentNullException.ThrowIfNull(onChanged);
        lock (_gate)
        {
            _subscribers += onChanged;
        }

        return new Subscription(() =>
        {
            lock (_gate)
            {
                _subscribers -= onChanged;
            }
        });
    }

    /// <inheritdoc/>
    public T? Get(NamespacedName key) => _cache.Get(key);

    /// <inheritdoc/>
    public IReadOnlyList<T> List() => _cache.List();

    /// <inheritdoc/>
    public IReadOnlyList<T> ByIndex(string index, string value) => _cache.ByIndex(index, value);

    /// <summary>Healthy once the cache has held a complete list.</summary>
    HealthReport IHealthSource.Check() => HasSynced ? HealthReport.Healthy : HealthReport.Unhealthy($"{Kind} objects are not all read yet");

    void IReflectorSink<T>.Received()
    {
        _failure = null;
        Volatile.Write(ref _lastActivity, _timeProvider.GetUtcNow().UtcTicks);
    }

    void IReflectorSink<T>.Failed(string failure) => _failure = failure;

    void IReflectorSink<T>.BeginList() => _share?.BeginList();

    void IReflectorSink<T>.Read(T entity)
    {
        entity.Metadata.ManagedFields = null;
        _options.Strip?.Invoke(entity);
        _share?.Read(entity);
    }

    void IReflectorSink<T>.Replace(IReadOnlyCollection<T> entities)
    {
        var changed = _cache.Replace(entities);
        _share?.Replace();
        _synced.TrySetResult();
        foreach (var key in changed)
        {
            _subscribers?.Invoke(key);
        }
    }

    void IReflectorSink<T>.Set(T entity)
    {
        _share?.Set(_cache.Get(NamespacedName.Of(entity)));
        if (_cache.Set(entity))
        {
            _subscribers?.Invoke(NamespacedName.Of(entity));
        }
    }

    void IReflectorSink<T>.Remove(NamespacedName key)
    {
        _share?.Remove(_cache.Get(key));
        if (_cache.Remove(key))
        {
            _subscribers?.Invoke(key);
        }
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
