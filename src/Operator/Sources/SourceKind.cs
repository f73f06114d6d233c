using k8s;
using Palisade.Kubernetes;
using Palisade.Runtime.Caching;

namespace Palisade.Operator.Sources;

/// <summary>One of the two kinds of custom resources: what differs between them.</summary>
/// <typeparam name="TEntity">The kind.</typeparam>
/// <param name="Informer">Cache of the custom resources.</param>
/// <param name="Of">Makes a source of a custom resource.</param>
/// <param name="WithStatus">A copy of the custom resource, in the version given, with the status given.</param>
internal sealed record SourceKind<TEntity>(
    IInformer<TEntity> Informer,
    Func<TEntity, PolicySource> Of,
    Func<TEntity, V1ObjectMeta, PolicyStatus, TEntity> WithStatus
)
    where TEntity : class, IKubernetesObject<V1ObjectMeta>, new()
{
    /// <summary>Name of the kind.</summary>
    public string Name => Informer.Kind;

    /// <summary>A source that stands for a custom resource that is gone: it selects nothing, and is being deleted.</summary>
    public PolicySource Gone(NamespacedName key, DateTimeOffset now)
    {
        var entity = new TEntity();
        entity.Metadata.Name = key.Name;
        entity.Metadata.DeletionTimestamp = now.UtcDateTime;
        return Of(entity);
    }
}
