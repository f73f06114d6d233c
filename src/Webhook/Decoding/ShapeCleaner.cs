using System.Buffers;
using System.Text.Json;

namespace Palisade.Webhook.Decoding;

/// <summary>
/// Rewrites JSON so that it deserialises: leaves out fields that are null, unknown or of the wrong kind, and puts an empty
/// value in place of an unfit list item, so that the items after it keep their index.
/// </summary>
internal static class ShapeCleaner
{
    /// <summary>The document without what does not fit.</summary>
    public static ReadOnlyMemory<byte> Clean(JsonElement root, ModelShape shape)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(root, shape, writer);
        }

        return buffer.WrittenMemory;
    }

    private static void Write(JsonElement value, ModelShape shape, Utf8JsonWriter writer)
    {
        if (!ShapeWalker.Fits(value, shape))
        {
            WriteEmpty(shape, writer);
            return;
        }

        switch (shape.Kind)
        {
            case ShapeKind.Object:
                writer.WriteStartObject();
                WriteFields(value, property => shape.Fields.GetValueOrDefault(property), writer);
                writer.WriteEndObject();
                break;
            case ShapeKind.Map:
                writer.WriteStartObject();
                WriteFields(value, _ => shape.Element, writer);
                writer.WriteEndObject();
                break;
            case ShapeKind.List:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                {
                    Write(item, shape.Element!, writer);
                }

                writer.WriteEndArray();
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    private static void WriteFields(JsonElement value, Func<string, ModelShape?> shapeOf, Utf8JsonWriter writer)
    {
        foreach (var property in value.EnumerateObject())
        {
            if (shapeOf(property.Name) is { } shape && ShapeWalker.Fits(property.Value, shape))
            {
                writer.WritePropertyName(property.Name);
                Write(property.Value, shape, writer);
            }
        }
    }

    private static void WriteEmpty(ModelShape shape, Utf8JsonWriter writer)
    {
        switch (shape.Kind)
        {
            case ShapeKind.Object or ShapeKind.Map:
                writer.WriteStartObject();
                writer.WriteEndObject();
                break;
            case ShapeKind.List:
                writer.WriteStartArray();
                writer.WriteEndArray();
                break;
            case ShapeKind.WholeNumber or ShapeKind.LongNumber:
                writer.WriteNumberValue(0);
                break;
            case ShapeKind.Boolean:
                writer.WriteBooleanValue(false);
                break;
            case ShapeKind.Time:
                writer.WriteStringValue(DateTimeOffset.UnixEpoch);
                break;
            default:
                writer.WriteStringValue("");
                break;
        }
    }
}
