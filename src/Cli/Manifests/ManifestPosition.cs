using System.Globalization;

namespace Palisade.Cli.Manifests;

/// <summary>A place in a manifest.</summary>
/// <param name="Path">The file as it was named or found; <c>-</c> is standard input.</param>
/// <param name="Line">Line, from 1; 0 speaks of the file as a whole.</param>
/// <param name="Column">Column, from 1; 0 with line 0.</param>
public readonly record struct ManifestPosition(string Path, int Line, int Column)
{
    /// <summary><c>path:line:column</c>, as compilers write it; the path alone for a file as a whole.</summary>
    public override string ToString() => Line == 0 ? Path : string.Create(CultureInfo.InvariantCulture, $"{Path}:{Line}:{Column}");
}
