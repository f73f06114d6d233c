using System.Buffers;
using System.Text.Json;

namespace Palisade.Cli.Manifests.Yaml;

/// <summary>Writes YAML nodes as JSON. Fields without a value are left out, so that the models' own defaults stand.</summary>
internal static class YamlJson
{
    /// <summary>The node as UTF-8 JSON.</summary>
    public static byte[] Convert(YamlNode node)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(writer, node);
        }
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter writer, YamlNode node)
    {
        switch (node.Kind)
        {
            case YamlNodeKind.Mapping:
                writer.WriteStartObject();
                foreach (var field in node.Fields.Where(field => !field.Value.IsNull))
                {
                    writer.WritePropertyName(field.Key);
                    Write(writer, field.Value);
                }
                writer.WriteEndObject();
                break;
            case YamlNodeKind.Sequence:
                writer.WriteStartArray();
                foreach (var item in node.Items)
                {
                    Write(writer, item);
                }
                writer.WriteEndArray();
                break;
            default:
                YamlScalar.Write(writer, node);
                break;
        }
    }
}
