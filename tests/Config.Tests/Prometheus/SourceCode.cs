using System.Text.RegularExpressions;
using Palisade.Testing;

namespace Palisade.Config.Tests.Prometheus;

/// <summary>The code of the programs, to look metrics up in.</summary>
internal static partial class SourceCode
{
    private static readonly string Text = string.Concat(
        Directory
            .EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal))
            .Select(File.ReadAllText)
    );

    /// <summary>The code gives the name without its unit, and without what its type adds.</summary>
    public static void ShouldHaveMetric(string name) => Text.ShouldContain($"\"{Suffixes().Replace(name, "")}\"");

    [GeneratedRegex("(_seconds)?(_bucket|_total)?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Suffixes();
}
