namespace Palisade.Cli.Manifests;

/// <summary>Finds the files that <c>-f</c> arguments stand for.</summary>
internal static class ManifestFiles
{
    private static readonly string[] Extensions = [".yaml", ".yml", ".json"];

    /// <summary>
    /// The files of a path: itself, or the manifests of a directory and all below it, in ordinal order. Hidden directories below it are left
    /// out, such as <c>.git</c>, and so are the templates of Helm charts, which are not YAML until they are rendered.
    /// </summary>
    /// <param name="path">The path.</param>
    /// <param name="templates">Takes the directories of templates that were left out.</param>
    /// <exception cref="IOException">It does not exist or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static IEnumerable<string> Find(string path, ICollection<string> templates)
    {
        if (!Directory.Exists(path))
        {
            return [path];
        }
        return Directory
            .EnumerateFileSystemEntries(path)
            .Order(StringComparer.Ordinal)
            .SelectMany(entry => !Directory.Exists(entry) ? [entry] : FindBelow(entry, templates))
            .Where(file => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase));
    }

    private static IEnumerable<string> FindBelow(string directory, ICollection<string> templates)
    {
        // Links to directories are not followed, as kubectl does not: they can lead in circles.
        if (Path.GetFileName(directory).StartsWith('.') || new DirectoryInfo(directory).LinkTarget is not null)
        {
            return [];
        }
        var isTemplates =
            string.Equals(Path.GetFileName(directory), "templates", StringComparison.Ordinal)
            && File.Exists(Path.Join(Path.GetDirectoryName(directory), "Chart.yaml"));
        if (isTemplates)
        {
            templates.Add(directory);
            return [];
        }
        return Find(directory, templates);
    }
}
