namespace Palisade.Kubernetes.Client;

/// <summary>PEM text, given itself or as a file, which is read again when it changed.</summary>
public sealed record PemSource
{
    private PemSource() { }

    /// <summary>Path of the file; null when the text itself is given.</summary>
    public string? File { get; private init; }

    /// <summary>The PEM text; null when a file is given.</summary>
    public string? Text { get; private init; }

    /// <summary>PEM text from a file.</summary>
    public static PemSource FromFile(string path) => new() { File = path };

    /// <summary>PEM text itself.</summary>
    public static PemSource FromText(string text) => new() { Text = text };

    /// <summary>The PEM text as it is now.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public string Read() => Text ?? System.IO.File.ReadAllText(File!);

    /// <summary>Differs when the text may have changed.</summary>
    internal DateTime Version() => File is null ? default : System.IO.File.GetLastWriteTimeUtc(File);
}
