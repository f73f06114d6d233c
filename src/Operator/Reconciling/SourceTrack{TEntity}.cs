using k8s;
using Palisade.Kubernetes;
using Palisade.Operator.Caches;
using Palisade.Operator.Sources;
using Palisade.Policy.Expansion;
using Palisade.Runtime.Controllers;
using Palisade.Runtime.Queues;

namespace Palisade.Operator.Reconciling;

/// <summary>
/// The custom resources of one kind, and the queue of those that are stale. Changes elsewhere in the cluster are turned into marks here: a
/// change of a namespace concerns the custom resources that select it, or that have left something in it, and no other.
/// </summary>
internal sealed class SourceTrack<TEntity> : ISourceTrack
    where TEntity : class, IKubernetesObject<V1ObjectMeta>, new()
{
    /// <summary>How many custom resources are worked on at once: enough that some whose writes hang do not keep the others waiting.</summary>
    private const int AtOnce = 16;

    private readonly SourceKind<TEntity> _kind;
    private readonly OperatorCaches _caches;
    private readonly StaleNamespaces _stale;
    private readonly PolicyController<TEntity> _controller;
    private readonly WorkQueue<NamespacedName> _queue;
    private readonly ControllerLoop<TEntity> _loop;
    private readonly IDisposable _subscription;
    private Snapshot? _sources;
    private int _version;

    /// <summary>Makes a track; nothing runs before <see cref="RunAsync"/>.</summary>
    public SourceTrack(
        SourceKind<TEntity> kind,
        OperatorCaches caches,
        StaleNamespaces stale,
        PolicyController<TEntity> controller,
        ILoggerFactory loggers,
        TimeProvider clock
    )
    {
        (_kind, _caches, _stale, _controller) = (kind, caches, stale, controller);
        _queue = new WorkQueue<NamespacedName>(kind.Name, timeProvider: clock);
        var options = new ControllerLoopOptions { Workers = AtOnce, Prerequisites = caches.All };
        _loop = new ControllerLoop<TEntity>(kind.Informer, _queue, controller, options, loggers.CreateLogger<ControllerLoop<TEntity>>());
        _subscription = kind.Informer.Subscribe(_ => Interlocked.Increment(ref _version));
    }

    /// <summary>
    /// Every custom resource of the kind, also by the names of what it stamps. Two may share the usual one: a name that is too long is cut, and
    /// nothing keeps another from having the cut one for its own. Then the first to stamp it has it.
    /// </summary>
    private Snapshot Sources
    {
        get
        {
            // The version is read before the cache: what is made of an older cache is then never taken for current.
            var now = Volatile.Read(ref _version);
            if (Volatile.Read(ref _sources) is { } known && known.Version == now)
            {
                return known;
            }

            var all = _kind.Informer.List().Select(_kind.Of).ToArray();
            var names = all.SelectMany(source => new[] { (source.StampedName, source), (source.AlternateName, source) });
            var fresh = new Snapshot(now, all, names.ToLookup(entry => entry.Item1, entry => entry.source, StringComparer.Ordinal));
            Volatile.Write(ref _sources, fresh);
            return fresh;
        }
    }

    /// <inheritdoc/>
    public Task RunAsync(CancellationToken cancellationToken) => _loop.RunAsync(cancellationToken);

    /// <inheritdoc/>
    public void MarkAll()
    {
        foreach (var source in Sources.All)
        {
            _stale.MarkAll(source.Key.Name);
            _queue.Add(source.Key);
        }
    }

    /// <inheritdoc/>
    public void MarkNamespace(string namespaceName)
    {
        var target = _caches.Namespaces.Get(new NamespacedName(namespaceName));
        foreach (var source in Sources.All)
        {
            var concerned =
                (target is not null && source.Selects(target))
                || _controller.Knows(source.Key.Name, namespaceName)
                || _caches.Policies.Get(new NamespacedName(namespaceName, source.StampedName)) is not null
                || _caches.AlternatesOf(namespaceName, source.Kind, source.Key.Name).Count > 0;
            if (concerned)
            {
                Mark(source.Key, namespaceName, Staleness.Namespace);
            }
        }
    }

    /// <inheritdoc/>
    public void MarkPolicy(NamespacedName key)
    {
        foreach (var source in Sources.ByName[key.Name])
        {
            Mark(source.Key, key.Namespace!, Staleness.Policy);
        }

        if (_caches.Policies.Get(key) is { } policy)
        {
            MarkOrphan(policy);
        }
    }

    /// <inheritdoc/>
    public void MarkOrphan(V1NetworkPolicy policy)
    {
        if (PolicyNames.OwnerOf(policy) is not { } owner || owner.Kind != _kind.Name)
        {
            return;
        }

        if (!Sources.ByName[policy.Metadata.Name].Any(source => source.Key.Name == owner.Name))
        {
            Mark(new NamespacedName(owner.Name), policy.Metadata.NamespaceProperty!, Staleness.Policy);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _subscription.Dispose();
        _queue.Dispose();
    }

    private void Mark(NamespacedName source, string namespaceName, Staleness why)
    {
        _stale.Mark(source.Name, namespaceName, why);
        _queue.Add(source);
    }

    private sealed record Snapshot(int Version, PolicySource[] All, ILookup<string, PolicySource> ByName);
}
