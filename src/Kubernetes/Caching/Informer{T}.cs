using Microsoft.Extensions.Logging;
using Palisade.Kubernetes.Client;

namespace Palisade.Kubernetes.Caching;

/// <summary>Lists and watches a kind and keeps all its objects.</summary>
/// <typeparam name="T">Kind that is watched.</typeparam>
public sealed class Informer<T> : IInformer<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Makes an informer; nothing is read before <see cref="RunAsync"/>.</summary>
    public Informer(IKubernetesClient client, InformerOptions<T> options, ILogger<Informer<T>> logger, TimeProvider? timeProvider = null)
    { }

    /// <inheritdoc/>
    public string Kind => throw new NotSupportedException();

    /// <inheritdoc/>
    public bool HasSynced => throw new NotSupportedException();

    /// <summary>Lists and watches until cancelled; failures are logged and retried with backoff.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc/>
    public Task WaitForSyncAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <inheritdoc/>
    public IDisposable Subscribe(Action<NamespacedName> onChanged) => throw new NotSupportedException();

    /// <inheritdoc/>
    public T? Get(NamespacedName key) => throw new NotSupportedException();

    /// <inheritdoc/>
    public IReadOnlyList<T> List() => throw new NotSupportedException();

    /// <inheritdoc/>
    public IReadOnlyList<T> ByIndex(string index, string value) => throw new NotSupportedException();
}
