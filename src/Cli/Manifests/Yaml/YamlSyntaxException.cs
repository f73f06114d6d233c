namespace Palisade.Cli.Manifests.Yaml;

/// <summary>A document is not valid YAML, or more than a manifest may be.</summary>
internal sealed class YamlSyntaxException(int line, int column, string message) : Exception(message)
{
    /// <summary>Line, from 1.</summary>
    public int Line { get; } = line;

    /// <summary>Column, from 1.</summary>
    public int Column { get; } = column;
}
