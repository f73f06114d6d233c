using k8s;
using Microsoft.Extensions.Logging;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;
using Palisade.Kubernetes.Client.Transport;

namespace Palisade.Runtime.Caching;

/// <summary>
/// Lists and watches a kind, and keeps of every object the facts that somebody reads. A change is reported when the facts differ, or the
/// object is another one of the same name.
/// </summary>
/// <typeparam name="TWire">Kind that is watched.</typeparam>
/// <typeparam name="TFacts">What is kept of an object.</typeparam>
public class Informer<TWire, TFacts> : IInformer<TFacts>, IReflectorSink<TWire>, IHealthSource
    where TWire : class, IKubernetesObject<V1ObjectMeta>
    where TFacts : class
{
    private readonly Lock _gate = new();
    private readonly InformerOptions<TWire, TFacts> _options;
    private readonly ObjectCache<TFacts> _cache;
    private readonly Reflector<TWire> _reflector;
    private readonly TimeProvider _timeProvider;
    private readonly CacheShare<TFacts>? _share;
    private List<CacheEntry<TFacts>> _listed = [];
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Action<NamespacedName>? _subscribers;
    private long _lastActivity;
    private volatile string? _failure;

    /// <summary>Makes an informer; nothing is read before <see cref="RunAsync"/>.</summary>
    public Informer(IKubernetesClient client, InformerOptions<TWire, TFacts> options, ILogger logger, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _timeProvider = timeProvider ?? TimeProvider.System;
        _cache = new ObjectCache<TFacts>(options.Indexes, options.IsSame, options.IsReported);
        _share = options.Budget is { } budget ? new CacheShare<TFacts>(budget, options.Weight) : null;
        _reflector = new Reflector<TWire>(client, options.Selection, this, logger, _timeProvider);
    }

    /// <inheritdoc/>
    public string Kind => Resource<TWire>.Kind;

    /// <inheritdoc/>
    public bool HasSynced => _synced.Task.IsCompleted;

    /// <inheritdoc/>
    public DateTimeOffset? LastActivity =>
        Volatile.Read(ref _lastActivity) is > 0 and var ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null;

    /// <inheritdoc/>
    public string? Failure => _failure;

    /// <summary>How many objects the cache holds.</summary>
    public int Count => _cache.Count;

    string IHealthSource.Name => $"informer-{Resource<TWire>.Plural} {_options.Selection}".TrimEnd();

    /// <summary>Lists and watches until cancelled; failures are logged and retried with backoff.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="CacheBudgetException">It would hold more than <see cref="InformerOptions{TWire, TFacts}.Budget"/> allows.</exception>
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
    public TFacts? Get(NamespacedName key) => _cache.Get(key);

    /// <inheritdoc/>
    public IReadOnlyList<TFacts> List() => _cache.List();

    /// <inheritdoc/>
    public IReadOnlyList<TFacts> ByIndex(string index, string value) => _cache.ByIndex(index, value);

    /// <summary>Healthy once the cache has held a complete list.</summary>
    HealthReport IHealthSource.Check() => HasSynced ? HealthReport.Healthy : HealthReport.Unhealthy($"{Kind} objects are not all read yet");

    void IReflectorSink<TWire>.Received()
    {
        _failure = null;
        Volatile.Write(ref _lastActivity, _timeProvider.GetUtcNow().UtcTicks);
    }

    void IReflectorSink<TWire>.Failed(string failure) => _failure = failure;

    void IReflectorSink<TWire>.BeginList()
    {
        _listed = [];
        _share?.BeginList();
    }

    void IReflectorSink<TWire>.Listed(TWire entity) => _listed.Add(Read(entity));

    void IReflectorSink<TWire>.EndList()
    {
        var changed = _cache.Replace(_listed);
        _listed = [];
        _share?.Replace();
        _synced.TrySetResult();
        foreach (var key in changed)
        {
            _subscribers?.Invoke(key);
        }
    }

    void IReflectorSink<TWire>.Set(TWire entity)
    {
        var entry = Read(entity);
        _share?.Set(_cache.Get(entry.Key));
        if (_cache.Set(entry))
        {
            _subscribers?.Invoke(entry.Key);
        }
    }

    void IReflectorSink<TWire>.Remove(NamespacedName key)
    {
        _share?.Remove(_cache.Get(key));
        if (_cache.Remove(key))
        {
            _subscribers?.Invoke(key);
        }
    }

    private CacheEntry<TFacts> Read(TWire entity)
    {
        var facts = _options.Project(entity);
        _share?.Read(facts);
        return new(NamespacedName.From(entity), entity.Metadata.ResourceVersion, entity.Metadata.Uid, facts);
    }

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}

/// <summary>Lists and watches a kind and keeps all its objects whole.</summary>
/// <typeparam name="T">Kind that is watched.</typeparam>
public sealed class Informer<T> : Informer<T, T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Makes an informer; nothing is read before it runs.</summary>
    public Informer(IKubernetesClient client, InformerOptions<T> options, ILogger<Informer<T>> logger, TimeProvider? timeProvider = null)
        : base(client, (options ?? throw new ArgumentNullException(nameof(options))).WholeObjects(), logger, timeProvider) { }
}
