namespace Palisade.Policy.Tests;

/// <summary>Files that hold what is expected. With PALISADE_UPDATE_GOLDEN=1 they are written instead; read the difference before committing.</summary>
internal static class Golden
{
    public static string Testdata { get; } = Path.Combine(Root(), "tests", "Testdata");

    public static void ShouldMatch(string path, string actual)
    {
        if (Environment.GetEnvironmentVariable("PALISADE_UPDATE_GOLDEN") == "1")
        {
            File.WriteAllText(path, actual);
        }

        actual.ShouldBe(File.ReadAllText(path), $"{path} (PALISADE_UPDATE_GOLDEN=1 rewrites it)");
    }

    private static string Root()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Operator.sln")))
        {
            directory = Path.GetDirectoryName(directory) ?? throw new DirectoryNotFoundException("not inside the repository");
        }

        return directory;
    }
}
