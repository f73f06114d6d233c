namespace Palisade.Cli.Tests;

/// <summary>Files for one test, gone after it.</summary>
public sealed class TemporaryFiles : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("palisade-cli-").FullName;

    /// <summary>Writes a file.</summary>
    /// <returns>Its path.</returns>
    public string Write(string name, string text)
    {
        var path = Path.Join(_directory, name);
        File.WriteAllText(path, text);
        return path;
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_directory, recursive: true);
}
