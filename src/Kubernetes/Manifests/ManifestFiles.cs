namespace Palisade.Kubernetes.Manifests;

/// <summary>Finds the files that <c>-f</c> arguments stand for.</summary>
internal static class ManifestFiles
{
    private static readonly string[] Extensions = [".yaml", ".yml", ".json"];

    /// <summary>The files of a path: itself, or the manifests of a folder and all below it, in ordinal order.</summary>
    /// <exception cref="IOException">It does not exist or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static IEnumerable<string> Find(string path)
    {
        if (!Directory.Exists(path))
        {
            return [path];
        }
        // Links to folders are not followed, as kubectl does not: they can lead in circles.
        return Directory
            .EnumerateFileSystemEntries(path)
            .Order(StringComparer.Ordinal)
            .SelectMany(entry =>
                !Directory.Exists(entry) ? [entry]
                : new DirectoryInfo(entry).LinkTarget is null ? Find(entry)
                : []
            )
            .Where(file => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase));
    }
}
