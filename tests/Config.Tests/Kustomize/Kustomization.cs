using Palisade.Testing;

namespace Palisade.Config.Tests.Kustomize;

/// <summary>Builds a kustomization of <c>config/</c> by <c>kubectl kustomize</c>.</summary>
internal static class Kustomization
{
    /// <summary>Every directory of <c>config/</c> that can be built.</summary>
    public static IEnumerable<string> All =>
        Directory
            .EnumerateFiles(Path.Combine(Repository.Root, "config"), "kustomization.yaml", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Repository.Root, Path.GetDirectoryName(path)!))
            .Order(StringComparer.Ordinal);

    /// <summary>The objects of a directory.</summary>
    public static async Task<IReadOnlyList<YamlObject>> BuildAsync(string directory, CancellationToken cancellationToken)
    {
        var copy = Directory.CreateTempSubdirectory("palisade-kustomize-");
        try
        {
            await CopyForOldKubectlAsync(copy.FullName, cancellationToken);
            var result = await CommandResult.OfAsync("kubectl", ["kustomize", Path.Combine(copy.FullName, directory)], cancellationToken);
            result.ExitCode.ShouldBe(0, result.Error);
            return YamlObject.ReadAll(result.Output);
        }
        finally
        {
            copy.Delete(recursive: true);
        }
    }

    // The distribution's kubectl is of 1.20, whose kustomize wants directories under bases rather than resources. Newer ones take both.
    private static async Task CopyForOldKubectlAsync(string target, CancellationToken cancellationToken)
    {
        var config = Path.Combine(Repository.Root, "config");
        foreach (var file in Directory.EnumerateFiles(config, "*", SearchOption.AllDirectories))
        {
            var text = await File.ReadAllTextAsync(file, cancellationToken);
            if (Path.GetFileName(file) == "kustomization.yaml" && text.Contains("\n- ../", StringComparison.Ordinal))
            {
                text = text.Replace("\nresources:\n- ../", "\nbases:\n- ../", StringComparison.Ordinal);
            }

            var copy = Path.Combine(target, Path.GetRelativePath(Repository.Root, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            await File.WriteAllTextAsync(copy, text, cancellationToken);
        }
    }
}
