using System.Text.Json;
using System.Text.Json.Nodes;
using YamlDotNet.Serialization;

namespace Palisade.Cli.Output;

/// <summary>Writes YAML results.</summary>
internal static class YamlOutput
{
    private static readonly ISerializer Serializer = new SerializerBuilder()
        .WithQuotingNecessaryStrings()
        .WithIndentedSequences()
        .DisableAliases()
        .WithNewLine("\n")
        .Build();

    /// <summary>Writes a document, with its separator before it.</summary>
    public static void Write(TextWriter writer, JsonNode document)
    {
        writer.Write("---\n");
        writer.Write(Serializer.Serialize(ValueOf(document)!));
    }

    private static object? ValueOf(JsonNode? node) =>
        node switch
        {
            JsonObject fields => fields.ToDictionary(field => field.Key, field => ValueOf(field.Value), StringComparer.Ordinal),
            JsonArray items => items.Select(ValueOf).ToList(),
            JsonValue value => value.GetValueKind() switch
            {
                JsonValueKind.String => value.GetValue<string>(),
                JsonValueKind.Number => value.GetValue<JsonElement>().TryGetInt64(out var number)
                    ? number
                    : value.GetValue<JsonElement>().GetDouble(),
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                _ => null,
            },
            _ => null,
        };
}
