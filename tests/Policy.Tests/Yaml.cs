using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Palisade.Policy.Tests;

/// <summary>Objects written as a user writes them.</summary>
internal static class Yaml
{
    public static JsonSerializerOptions Indented { get; } = new() { WriteIndented = true, IndentSize = 2 };

    public static T Read<T>(string text) => (T)Read(ReadJson(text).Single(), typeof(T));

    public static ClusterSnapshot Snapshot(string text)
    {
        var objects = ReadAll(text);
        return new()
        {
            Namespaces = [.. objects.OfType<V1Namespace>().Select(NamespaceFacts.From)],
            Pods = [.. objects.OfType<V1Pod>().Select(PodFacts.From)],
            Policies = [.. objects.OfType<V1NetworkPolicy>().Select(PolicyFacts.From)],
            Nodes = [.. objects.OfType<V1Node>().Select(NodeFacts.From)],
        };
    }

    public static IReadOnlyList<object> ReadAll(string text) => [.. ReadJson(text).Select(json => Read(json, TypeOf(json)))];

    /// <summary>The documents, as JSON.</summary>
    public static IReadOnlyList<JsonNode> ReadJson(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return [.. stream.Documents.Select(d => ToJson(d.RootNode)!)];
    }

    public static string ToText(object value) => JsonSerializer.SerializeToNode(value, TypeInfo(value.GetType()))!.ToJsonString(Indented);

    private static object Read(JsonNode json, Type type) => json.Deserialize(TypeInfo(type))!;

    private static JsonTypeInfo TypeInfo(Type type) => ModelsJson.Options.GetTypeInfo(type);

    private static Type TypeOf(JsonNode json) =>
        json["kind"]!.GetValue<string>() switch
        {
            "Namespace" => typeof(V1Namespace),
            "Pod" => typeof(V1Pod),
            "Node" => typeof(V1Node),
            "Service" => typeof(V1Service),
            "Endpoints" => typeof(V1Endpoints),
            "NetworkPolicy" => typeof(V1NetworkPolicy),
            "ClusterNetworkPolicy" => typeof(ClusterNetworkPolicy),
            "DefaultDenyProfile" => typeof(DefaultDenyProfile),
            var kind => throw new InvalidDataException($"no model for kind {kind}"),
        };

    private static JsonNode? ToJson(YamlNode node) =>
        node switch
        {
            YamlMappingNode map => new JsonObject(
                map.Children.Select(c => KeyValuePair.Create(((YamlScalarNode)c.Key).Value!, ToJson(c.Value)))
            ),
            YamlSequenceNode list => new JsonArray([.. list.Children.Select(ToJson)]),
            YamlScalarNode { Style: ScalarStyle.Plain } scalar => Plain(scalar.Value!),
            YamlScalarNode scalar => JsonValue.Create(scalar.Value),
            _ => throw new InvalidDataException($"unexpected {node}"),
        };

    private static JsonNode? Plain(string text) =>
        text switch
        {
            "" or "null" or "~" => null,
            "true" => true,
            "false" => false,
            _ when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
            _ when double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) => number,
            _ => text,
        };
}
