using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Palisade.Config.Tests.Kustomize;

/// <summary>An object of a manifest, as JSON whose text is equal for equal objects.</summary>
internal sealed record YamlObject(JsonObject Json)
{
    public string Kind => Json["kind"]!.GetValue<string>();

    public string Name => Json["metadata"]!["name"]!.GetValue<string>();

    public override string ToString() => Json.ToJsonString(new JsonSerializerOptions { WriteIndented = true });

    /// <summary>The objects of a stream of documents, ordered by kind and name.</summary>
    public static IReadOnlyList<YamlObject> ReadAll(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        return
        [
            .. stream
                .Documents.Select(document => new YamlObject((JsonObject)Convert(document.RootNode)!))
                .OrderBy(entity => entity.Kind, StringComparer.Ordinal)
                .ThenBy(entity => entity.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>A YAML tree as JSON, keys in order.</summary>
    public static JsonNode? Convert(YamlNode node) =>
        node switch
        {
            YamlMappingNode map => new JsonObject(
                map.OrderBy(entry => ((YamlScalarNode)entry.Key).Value, StringComparer.Ordinal)
                    .Select(entry => KeyValuePair.Create(((YamlScalarNode)entry.Key).Value!, Convert(entry.Value)))
            ),
            YamlSequenceNode list => new JsonArray([.. list.Select(Convert)]),
            YamlScalarNode { Style: ScalarStyle.Plain, Value: "true" } => true,
            YamlScalarNode { Style: ScalarStyle.Plain, Value: "false" } => false,
            YamlScalarNode { Style: ScalarStyle.Plain, Value: "null" or "" or "~" } => null,
            YamlScalarNode { Style: ScalarStyle.Plain, Value: { } text }
                when long.TryParse(text, CultureInfo.InvariantCulture, out var number) => number,
            YamlScalarNode scalar => scalar.Value,
            _ => throw new NotSupportedException(node.ToString()),
        };
}
