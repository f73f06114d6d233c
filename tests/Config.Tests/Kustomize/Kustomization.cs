using Palisade.Testing;

namespace Palisade.Config.Tests.Kustomize;

/// <summary>Builds a kustomization of <c>config/</c> by <c>kubectl kustomize</c>.</summary>
internal static class Kustomization
{
    /// <summary>Every folder of <c>config/</c> that can be built.</summary>
    public static IEnumerable<string> All =>
        Directory
            .EnumerateFiles(Path.Combine(Repository.Root, "config"), "kustomization.yaml", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Repository.Root, Path.GetDirectoryName(path)!))
            .Order(StringComparer.Ordinal);

    /// <summary>The objects of a folder.</summary>
    public static async Task<IReadOnlyList<YamlObject>> BuildAsync(string folder, CancellationToken cancellationToken)
    {
        var copy = Directory.CreateTempSubdirectory("palisade-kustomize-");
        try
        {
            await CopyForOldKubectlAsync(copy.FullName, cancellationToken);
            var result = await CommandResult.OfAsync("kubectl", ["kustomize", Path.Combine(copy.FullName, folder)], cancellationToken);
            result.ExitCode.ShouldBe(0, result.Error);
            return YamlObject.ReadAll(result.Output);
        }
        finally
        {
            copy.Delete(recursive: true);
        }
    }

    // The distribution's kubectl is of 1.20, whose kustomize wants folders under bases rather than resources. Newer ones take both.
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
