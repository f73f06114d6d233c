using Microsoft.Extensions.Logging;

namespace Palisade.Kubernetes.Client;

/// <summary>The Kubernetes API over HTTP.</summary>
public sealed class KubernetesClient : IKubernetesClient, IDisposable
{
    /// <summary>Makes a client; nothing is connected yet.</summary>
    public KubernetesClient(ClientOptions options, ILoggerFactory? loggerFactory = null, TimeProvider? timeProvider = null) =>
        Options = options;

    /// <summary>The options that the client was made with.</summary>
    public ClientOptions Options { get; }

    /// <inheritdoc/>
    public Task<T?> GetAsync<T>(string name, string? namespaceName = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta> => throw new NotSupportedException();

    /// <inheritdoc/>
    public Task<KubernetesList<T>> ListAsync<T>(ListOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta> => throw new NotSupportedException();

    /// <inheritdoc/>
    public Task<KubernetesList<T>> ListPageAsync<T>(
        ListOptions options,
        string? continueToken,
        CancellationToken cancellationToken = default
    )
        where T : class, IKubernetesObject<V1ObjectMeta> => throw new NotSupportedException();

    /// <inheritdoc/>
    public IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(
        ListOptions options,
        WatchOptions watchOptions,
        CancellationToken cancellationToken = default
    )
        where T : class, IKubernetesObject<V1ObjectMeta> => throw new NotSupportedException();

    /// <inheritdoc/>
    public Task<T> CreateAsync<T>(T entity, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta> => throw new NotSupportedException();

    /// <inheritdoc/>
    public Task<T> UpdateAsync<T>(T entity, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta> => throw new NotSupportedException();

    /// <inheritdoc/>
    public Task<T> UpdateStatusAsync<T>(T entity, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta> => throw new NotSupportedException();

    /// <inheritdoc/>
    public Task<T> PatchAsync<T>(NamespacedName key, Patch patch, string? subresource = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta> => throw new NotSupportedException();

    /// <inheritdoc/>
    public Task<T> ApplyAsync<T>(T entity, ApplyOptions options, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta> => throw new NotSupportedException();

    /// <inheritdoc/>
    public Task<bool> DeleteAsync<T>(NamespacedName key, V1DeleteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta> => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Dispose() { }
}
