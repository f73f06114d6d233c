namespace Palisade.Architecture.Tests;

/// <summary>The checkout that the tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot(AppContext.BaseDirectory);

    /// <summary>The projects that a project references, by name, as its file says.</summary>
    public static IReadOnlyList<string> References(string projectFile) =>
        [
            .. System
                .Xml.Linq.XDocument.Load(projectFile)
                .Descendants("ProjectReference")
                .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value))
                .Order(StringComparer.Ordinal),
        ];

    private static string FindRoot(string directory) =>
        File.Exists(Path.Combine(directory, "Operator.sln"))
            ? directory
            : FindRoot(Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("no Operator.sln above the test program"));
}
