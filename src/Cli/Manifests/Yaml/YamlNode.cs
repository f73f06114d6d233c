using System.Globalization;

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

/// <summary>What a node of a YAML document is.</summary>
internal enum YamlNodeKind
{
    /// <summary>A value.</summary>
    Scalar,

    /// <summary>Items in order.</summary>
    Sequence,

    /// <summary>Values by key.</summary>
    Mapping,
}

/// <summary>A key of a mapping with its value.</summary>
internal sealed record YamlField(string Key, int Line, int Column, YamlNode Value);

/// <summary>A document is not valid YAML, or more than a manifest may be.</summary>
internal sealed class YamlSyntaxException(int line, int column, string message) : Exception(message)
{
    /// <summary>Line, from 1.</summary>
    public int Line { get; } = line;

    /// <summary>Column, from 1.</summary>
    public int Column { get; } = column;
}

/// <summary>Paths of fields as the API server writes them: <c>spec.ingress[0].from[1]</c>, <c>metadata.labels[example.com/a]</c>.</summary>
internal static class FieldPath
{
    /// <summary>Finds a field's place: that of its value when it is a scalar or item, else that of its key; or of the nearest around it.</summary>
    public static YamlNode Find(YamlNode root, string path) => Follow(root, path).Place;

    /// <summary>The value of a field; null when there is none.</summary>
    public static YamlNode? Value(YamlNode root, string path) => Follow(root, path) is (var node, _, true) ? node : null;

    private static (YamlNode Node, YamlNode Place, bool IsEnd) Follow(YamlNode root, string path)
    {
        var (node, place) = (root, root);
        foreach (var step in Steps(path))
        {
            if (node.Kind == YamlNodeKind.Sequence)
            {
                if (!int.TryParse(step, CultureInfo.InvariantCulture, out var index) || index < 0 || index >= node.Items.Count)
                {
                    return (node, place, false);
                }
                node = place = node.Items[index];
            }
            else if (node.Field(step) is { } field)
            {
                node = field.Value;
                place = node.Kind == YamlNodeKind.Scalar && !node.IsNull ? node : node with { Line = field.Line, Column = field.Column };
            }
            else
            {
                return (node, place, false);
            }
        }
        return (node, place, true);
    }

    private static IEnumerable<string> Steps(string path)
    {
        for (var i = 0; i < path.Length; )
        {
            var isBracket = path[i] == '[';
            var begin = isBracket || path[i] == '.' ? i + 1 : i;
            var end = isBracket ? path.IndexOf(']', begin) : path.IndexOfAny(['.', '['], begin);
            end = end < 0 ? path.Length : end;
            yield return path[begin..end];
            i = isBracket ? end + 1 : end;
        }
    }
}
