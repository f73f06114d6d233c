using System.Globalization;

namespace Palisade.Cli.Manifests.Yaml;

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
