using System.Buffers;
using System.Text.Json;

namespace Palisade.Cli.Manifests.Yaml;

/// <summary>Writes YAML nodes as JSON.</summary>
internal static class YamlJson
{
    /// <summary>YAML is not read deeper than this.</summary>
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = YamlDocument.MaxDepth + 1 };

    /// <summary>The node as JSON, fields without a value included if they are to be kept.</summary>
    public static JsonDocument ToDocument(YamlNode node, bool keepsNulls = false) => JsonDocument.Parse(Convert(node, keepsNulls), Options);

    /// <inheritdoc cref="ToDocument"/>
    public static byte[] Convert(YamlNode node, bool keepsNulls = false)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, node, keepsNulls);
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, YamlNode node, bool keepsNulls)
    {
        switch (node.Kind)
        {
            case YamlNodeKind.Mapping:
                writer.WriteStartObject();
                foreach (var field in node.Fields.Where(field => keepsNulls || !field.Value.IsNull))
                {
                    writer.WritePropertyName(field.Key);
                    Write(writer, field.Value, keepsNulls);
                }
                writer.WriteEndObject();
                break;
            case YamlNodeKind.Sequence:
                writer.WriteStartArray();
                foreach (var item in node.Items)
                {
                    Write(writer, item, keepsNulls);
                }
                writer.WriteEndArray();
                break;
            default:
                YamlScalar.Write(writer, node);
                break;
        }
    }
}
