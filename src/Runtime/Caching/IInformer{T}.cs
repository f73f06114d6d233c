using k8s;
using Palisade.Kubernetes;

namespace Palisade.Runtime.Caching;

/// <summary>A cache of all objects of a kind, kept up to date by a watch. The objects are shared: never change one.</summary>
/// <typeparam name="T">Kind that is watched.</typeparam>
public interface IInformer<T> : IInformer
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>An object as last seen; null when there is none.</summary>
    T? Get(NamespacedName key);

    /// <summary>All objects at one moment, ordered by namespace and name.</summary>
    IReadOnlyList<T> List();

    /// <summary>The objects that an index (see <see cref="InformerOptions{T}.Indexes"/>) holds under a value, ordered by namespace and name.</summary>
    /// <exception cref="ArgumentException">There is no such index.</exception>
    IReadOnlyList<T> ByIndex(string index, string value);
}
