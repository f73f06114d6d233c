using Palisade.Testing;

namespace Palisade.Cli.Tests;

/// <summary>
/// Compares output with a file beside the test's case. PALISADE_UPDATE_GOLDEN=1 rewrites the files; read the difference before
/// committing.
/// </summary>
public static class Golden
{
    public static string Folder { get; } = Path.Join(Repository.Root, "tests/Testdata/cli");

    public static void ShouldMatch(string text, string name)
    {
        var path = Path.Join(Folder, name);
        if (Environment.GetEnvironmentVariable("PALISADE_UPDATE_GOLDEN") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, text);
        }
        File.Exists(path).ShouldBeTrue($"{path} is missing");
        text.ShouldBe(File.ReadAllText(path));
    }
}
