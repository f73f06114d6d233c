namespace Palisade.Cli.Manifests.Yaml;

/// <summary>A node of a YAML document with its place.</summary>
internal sealed record YamlNode(YamlNodeKind Kind, int Line, int Column)
{
    /// <summary>Text of a scalar.</summary>
    public string Text { get; init; } = "";

    /// <summary>Whether a scalar stands in quotes or as a block, and so is a string whatever it looks like.</summary>
    public bool IsQuoted { get; init; }

    /// <summary>The text of a scalar that stands without quotes; null of anything else.</summary>
    public string? Plain => Kind == YamlNodeKind.Scalar && !IsQuoted ? Text : null;

    /// <summary>Items of a sequence.</summary>
    public IReadOnlyList<YamlNode> Items { get; init; } = [];

    /// <summary>Fields of a mapping, in the order they stand.</summary>
    public IReadOnlyList<YamlField> Fields { get; init; } = [];

    /// <summary>Whether it is a scalar that stands for nothing.</summary>
    public bool IsNull => Kind == YamlNodeKind.Scalar && !IsQuoted && Text is "" or "~" or "null" or "Null" or "NULL";

    /// <summary>Value of a key of a mapping; null when there is none.</summary>
    public YamlNode? this[string key] => Field(key)?.Value;

    /// <summary>A key of a mapping; null when there is none.</summary>
    public YamlField? Field(string key) => Fields.FirstOrDefault(field => string.Equals(field.Key, key, StringComparison.Ordinal));

    /// <summary>The node's place in a file.</summary>
    public ManifestPosition PositionIn(string path) => new(path, Line, Column);
}
