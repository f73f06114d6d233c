using Palisade.Kubernetes;
using Palisade.Kubernetes.Controllers;
using Palisade.Kubernetes.Queues;
using Palisade.Models;
using Palisade.Operator.Caches;
using Palisade.Operator.Sources;
using Palisade.Policy.Expansion;

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

    private readonly SourceKind<TEntity> kind;
    private readonly OperatorCaches caches;
    private readonly StaleNamespaces stale;
    private readonly PolicyController<TEntity> controller;
    private readonly WorkQueue<NamespacedName> queue;
    private readonly ControllerLoop<TEntity> loop;
    private readonly IDisposable subscription;
    private Snapshot? sources;
    private int version;

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
        (this.kind, this.caches, this.stale, this.controller) = (kind, caches, stale, controller);
        queue = new WorkQueue<NamespacedName>(kind.Name, timeProvider: clock);
        var options = new ControllerLoopOptions { Workers = AtOnce, Prerequisites = caches.All };
        loop = new ControllerLoop<TEntity>(kind.Informer, queue, controller, options, loggers.CreateLogger<ControllerLoop<TEntity>>());
        subscription = kind.Informer.Subscribe(_ => Interlocked.Increment(ref version));
    }

    /// <summary>Every custom resource of the kind, by the name of what it stamps.</summary>
    private IReadOnlyDictionary<string, PolicySource> Sources
    {
        get
        {
            // The version is read before the cache: what is made of an older cache is then never taken for current.
            var now = Volatile.Read(ref version);
            if (Volatile.Read(ref sources) is { } known && known.Version == now)
            {
                return known.ByStampedName;
            }

            var fresh = kind.Informer.List().Select(kind.Of).ToDictionary(source => source.StampedName, StringComparer.Ordinal);
            Volatile.Write(ref sources, new(now, fresh));
            return fresh;
        }
    }

    /// <inheritdoc/>
    public Task RunAsync(CancellationToken cancellationToken) => loop.RunAsync(cancellationToken);

    /// <inheritdoc/>
    public void MarkAll()
    {
        foreach (var source in Sources.Values)
        {
            stale.MarkAll(source.Key.Name);
            queue.Add(source.Key);
        }
    }

    /// <inheritdoc/>
    public void MarkNamespace(string namespaceName)
    {
        var target = caches.Namespaces.Get(new NamespacedName(namespaceName));
        foreach (var source in Sources.Values)
        {
            var concerned =
                (target is not null && source.Selects(target))
                || controller.Knows(source.Key.Name, namespaceName)
                || caches.Policies.Get(new NamespacedName(namespaceName, source.StampedName)) is not null;
            if (concerned)
            {
                Mark(source.Key, namespaceName, Staleness.Namespace);
            }
        }
    }

    /// <inheritdoc/>
    public void MarkPolicy(NamespacedName key)
    {
        if (Sources.TryGetValue(key.Name, out var source))
        {
            Mark(source.Key, key.Namespace!, Staleness.Policy);
        }
        else if (caches.Policies.Get(key) is { } policy)
        {
            MarkOrphan(policy);
        }
    }

    /// <inheritdoc/>
    public void MarkOrphan(V1NetworkPolicy policy)
    {
        if (PolicyNames.OwnerOf(policy) is { } owner && owner.Kind == kind.Name && !Sources.ContainsKey(policy.Metadata.Name))
        {
            Mark(new NamespacedName(owner.Name), policy.Metadata.NamespaceProperty!, Staleness.Policy);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        subscription.Dispose();
        queue.Dispose();
    }

    private void Mark(NamespacedName source, string namespaceName, Staleness why)
    {
        stale.Mark(source.Name, namespaceName, why);
        queue.Add(source);
    }

    private sealed record Snapshot(int Version, IReadOnlyDictionary<string, PolicySource> ByStampedName);
}
