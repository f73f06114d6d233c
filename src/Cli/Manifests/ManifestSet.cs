using k8s;

namespace Palisade.Cli.Manifests;

/// <summary>What was read.</summary>
/// <param name="Manifests">The objects, in the order of files and of documents within them.</param>
/// <param name="Errors">What could not be read, in the same order.</param>
/// <param name="Skipped">Documents of kinds that Palisade does not read.</param>
public sealed record ManifestSet(
    IReadOnlyList<Manifest> Manifests,
    IReadOnlyList<ManifestError> Errors,
    IReadOnlyList<SkippedDocument> Skipped
)
{
    /// <summary>Version of the API server that the objects are of; null for those of files.</summary>
    public KubernetesVersion? ServerVersion { get; init; }

    /// <summary>The objects of one kind.</summary>
    public IEnumerable<T> Objects<T>()
        where T : IKubernetesObject<V1ObjectMeta> => Manifests.Select(manifest => manifest.Object).OfType<T>();

    /// <summary>The addresses behind Services, given by EndpointSlices or by Endpoints.</summary>
    public IReadOnlyList<V1Endpoints> Endpoints => EndpointSlices.ToEndpoints(Objects<V1EndpointSlice>(), Objects<V1Endpoints>());

    internal static ManifestSet Join(IEnumerable<ManifestSet> sets)
    {
        var all = sets.ToList();
        return new(
            [.. all.SelectMany(set => set.Manifests)],
            [.. all.SelectMany(set => set.Errors)],
            [.. all.SelectMany(set => set.Skipped)]
        );
    }
}
