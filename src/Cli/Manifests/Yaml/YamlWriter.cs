using System.Text.Json;
using System.Text.Json.Nodes;

namespace Palisade.Cli.Manifests.Yaml;

/// <summary>
/// Writes JSON values as YAML in block style that every reader takes for the same values. Written out by hand: it needs neither reflection
/// nor the settings of a serializer that knows one version of YAML only.
/// </summary>
public static class YamlWriter
{
    private const int Step = 2;

    /// <summary>Up to here a key may stand before a colon on one line; the limit of YAML is 1024 characters, escapes counted.</summary>
    private const int MaxSimpleKey = 512;

    /// <summary>Writes one document, without a separator; its last line ends in a line feed.</summary>
    /// <param name="writer">Takes it.</param>
    /// <param name="document">An object, list or value; null is the value null.</param>
    public static void Write(TextWriter writer, JsonNode? document)
    {
        ArgumentNullException.ThrowIfNull(writer);
        switch (document)
        {
            case JsonObject { Count: > 0 } fields:
                WriteFields(writer, fields, indent: 0, isLineBegun: false);
                break;
            case JsonArray { Count: > 0 } items:
                WriteItems(writer, items, indent: 0, isLineBegun: false);
                break;
            default:
                writer.Write(Inline(document) + "\n");
                break;
        }
    }

    private static void WriteFields(TextWriter writer, JsonObject fields, int indent, bool isLineBegun)
    {
        foreach (var (name, value) in fields)
        {
            Indent(writer, indent, isLineBegun);
            isLineBegun = false;
            var key = YamlString.Write(name);
            writer.Write(key.Length <= MaxSimpleKey ? key + ":" : $"? {key}\n{new string(' ', indent)}:");
            switch (value)
            {
                case JsonObject { Count: > 0 } below:
                    writer.Write('\n');
                    WriteFields(writer, below, indent + Step, isLineBegun: false);
                    break;
                case JsonArray { Count: > 0 } items:
                    writer.Write('\n');
                    WriteItems(writer, items, indent + Step, isLineBegun: false);
                    break;
                default:
                    writer.Write($" {Inline(value)}\n");
                    break;
            }
        }
    }

    private static void WriteItems(TextWriter writer, JsonArray items, int indent, bool isLineBegun)
    {
        foreach (var item in items)
        {
            Indent(writer, indent, isLineBegun);
            isLineBegun = false;
            writer.Write("- ");
            switch (item)
            {
                case JsonObject { Count: > 0 } fields:
                    WriteFields(writer, fields, indent + Step, isLineBegun: true);
                    break;
                case JsonArray { Count: > 0 } below:
                    WriteItems(writer, below, indent + Step, isLineBegun: true);
                    break;
                default:
                    writer.Write(Inline(item) + "\n");
                    break;
            }
        }
    }

    private static void Indent(TextWriter writer, int indent, bool isLineBegun)
    {
        if (!isLineBegun)
        {
            writer.Write(new string(' ', indent));
        }
    }

    private static string Inline(JsonNode? value) =>
        value switch
        {
            null => "null",
            JsonObject => "{}",
            JsonArray => "[]",
            _ when value.GetValueKind() == JsonValueKind.String => YamlString.Write(value.GetValue<string>()),
            // Numbers, true and false are written in YAML as in JSON.
            _ => value.ToJsonString(),
        };
}
