using Palisade.Kubernetes;

namespace Palisade.Runtime.Caching;

/// <summary>Takes what a <see cref="Reflector{T}"/> reads, in order, from one thread at a time.</summary>
internal interface IReflectorSink<T>
{
    /// <summary>Something was received, even if only a bookmark, or that a watch is taken up.</summary>
    void Received();

    /// <summary>A list begins; what was read of one that broke off counts no more.</summary>
    void BeginList();

    /// <summary>A list or watch failed; it is tried again.</summary>
    /// <param name="failure">Human-readable reason.</param>
    void Failed(string failure);

    /// <summary>An object of the list was read.</summary>
    void Listed(T entity);

    /// <summary>The list is complete: what was read of it are all objects there are.</summary>
    void EndList();

    /// <summary>An object came or changed.</summary>
    void Set(T entity);

    /// <summary>An object went.</summary>
    void Remove(NamespacedName key);
}
