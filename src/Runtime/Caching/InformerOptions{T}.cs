using k8s;
using Palisade.Kubernetes.Client;

namespace Palisade.Runtime.Caching;

/// <summary>What an informer watches and keeps.</summary>
/// <typeparam name="T">Kind that is watched.</typeparam>
public sealed record InformerOptions<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Which objects.</summary>
    public ListOptions Selection { get; init; } = ListOptions.All;

    /// <summary>Named indexes: each gives the values under which an object can be found.</summary>
    public IReadOnlyDictionary<string, Func<T, IEnumerable<string>>> Indexes { get; init; } =
        new Dictionary<string, Func<T, IEnumerable<string>>>(StringComparer.Ordinal);

    /// <summary>Removes from a freshly read object what need not stay in memory; managedFields always go.</summary>
    public Action<T>? Strip { get; init; }

    /// <summary>
    /// Whether subscribers are to hear of a change (old, new); without it, of every one. The cache follows every change in any case.
    /// Creation and deletion are always reported.
    /// </summary>
    public Func<T, T, bool>? IsRelevantChange { get; init; }

    /// <summary>What may be held at most, shared with other informers; without it, everything. Beyond it the informer ends.</summary>
    public CacheBudget? Budget { get; init; }

    /// <summary>What a stripped object takes of <see cref="Budget"/>; without it, 1.</summary>
    public Func<T, int> Weight { get; init; } = _ => 1;
}
