using k8s;

namespace Palisade.Kubernetes.Client;

/// <summary>
/// The Kubernetes API, one method a verb. Kinds are named by their <see cref="KubernetesEntityAttribute"/>. Refusals and connection
/// failures are a <see cref="KubernetesException"/>; passing ones were retried before.
/// </summary>
public interface IKubernetesClient
{
    /// <summary>Asks the API server for its version.</summary>
    Task<KubernetesVersion> GetVersionAsync(CancellationToken cancellationToken = default);

    /// <summary>Asks the API server whether it serves a kind in the version that is used here.</summary>
    Task<bool> IsServedAsync<T>(CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Reads one object; null when there is none.</summary>
    Task<T?> GetAsync<T>(string name, string? namespaceName = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Reads all objects of a kind, page by page; starts over when the page token expires in between.</summary>
    Task<KubernetesList<T>> ListAsync<T>(ListOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Reads one page of a list.</summary>
    /// <param name="options">Which objects, and how many a page.</param>
    /// <param name="continueToken">Token from the page before; null for the first.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    Task<KubernetesList<T>> ListPageAsync<T>(ListOptions options, string? continueToken, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>
    /// Watches over one connection; ends when the API server ends it. A too old version is a <see cref="KubernetesException"/> with
    /// <see cref="KubernetesException.IsExpired"/>. Bookmarks are passed on. For a steady watch use an informer of <c>src/Runtime</c>.
    /// </summary>
    IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(
        ListOptions options,
        WatchOptions watchOptions,
        CancellationToken cancellationToken = default
    )
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Creates an object.</summary>
    Task<T> CreateAsync<T>(T entity, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Replaces an object; with a resourceVersion only if it did not change in between.</summary>
    Task<T> UpdateAsync<T>(T entity, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Replaces the status of an object; with a resourceVersion only if it did not change in between.</summary>
    Task<T> UpdateStatusAsync<T>(T entity, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Changes an object.</summary>
    /// <param name="key">Which object.</param>
    /// <param name="patch">The change.</param>
    /// <param name="subresource">Such as <c>status</c>; null for the object itself.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    Task<T> PatchAsync<T>(NamespacedName key, Patch patch, string? subresource = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Server-side apply: creates the object or makes its fields as given, and owns them (KEP-555).</summary>
    /// <param name="entity">The fields to own; leave out what others own.</param>
    /// <param name="options">Field manager, and whether to take fields from others.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    Task<T> ApplyAsync<T>(T entity, ApplyOptions options, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>As <see cref="ApplyAsync{T}"/>; of the answer only the object's uid and version are read.</summary>
    Task<ObjectVersion> ApplyForVersionAsync<T>(T entity, ApplyOptions options, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Deletes an object; false when there is none. An unmet precondition is a conflict.</summary>
    Task<bool> DeleteAsync<T>(NamespacedName key, V1DeleteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>;
}
