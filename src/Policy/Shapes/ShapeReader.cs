using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Palisade.Policy.Shapes;

/// <summary>How JSON is held against a model.</summary>
public sealed record ShapeOptions
{
    /// <summary>Values are checked, fields that the model does not have are ignored.</summary>
    public static ShapeOptions Default { get; } = new();

    /// <summary>Fields that the model does not have are faults as well, where it has all fields of the kind.</summary>
    public static ShapeOptions Strict { get; } = new() { ReportsUnknownFields = true };

    /// <summary>Whether fields that the model does not have are faults.</summary>
    public bool ReportsUnknownFields { get; init; }

    /// <summary>How the value at a path stands in the source that the JSON was made from; null when it stands there as in JSON.</summary>
    public Func<string, string?>? Written { get; init; }
}

/// <summary>An object as far as it could be read.</summary>
/// <typeparam name="T">The model.</typeparam>
/// <param name="Value">The object; what could not be read is absent, and an empty value in lists.</param>
/// <param name="Faults">What is wrong with the JSON, in its order.</param>
public sealed record ShapeReading<T>(T Value, IReadOnlyList<ShapeFault> Faults);

/// <summary>Reads models from JSON that may be malformed: what fits is read, what does not is reported with path and remedy.</summary>
public static class ShapeReader
{
    /// <summary>Reads an object.</summary>
    public static ShapeReading<T> Read<T>(JsonElement json, JsonTypeInfo<T> model, ShapeOptions? options = null)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(model);
        var (value, faults) = Read(json, (JsonTypeInfo)model, options);
        return new((T)value, faults);
    }

    /// <summary>Reads an object of a model that is known by its contract only.</summary>
    public static ShapeReading<object> Read(JsonElement json, JsonTypeInfo model, ShapeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        var shape = Shape.For(model);
        var walker = new ShapeWalker(shape, options ?? ShapeOptions.Default);
        walker.Walk(json);
        try
        {
            var value = walker.NeedsCleaning ? JsonSerializer.Deserialize(Clean(json, shape), model) : json.Deserialize(model);
            return new(value!, walker.Faults);
        }
        catch (JsonException exception)
        {
            // A type that the shape leaves to its converter.
            var fault = new ShapeFault(exception.Path?.TrimStart('$', '.') ?? "", null, exception.Message);
            return new(JsonSerializer.Deserialize("{}"u8, model)!, [.. walker.Faults, fault]);
        }
    }

    /// <summary>What is wrong with a document of a kind; it is not read.</summary>
    public static IReadOnlyList<ShapeFault> Check(JsonElement json, JsonTypeInfo model, ShapeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        var walker = new ShapeWalker(Shape.For(model), options ?? ShapeOptions.Default);
        walker.Walk(json);
        return walker.Faults;
    }

    /// <summary>
    /// The document without what the model cannot hold: without fields that are null, unknown or of the wrong kind, and with an empty value in
    /// place of a list's item, so that the items after it keep their index.
    /// </summary>
    private static ReadOnlySpan<byte> Clean(JsonElement root, Shape shape)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            Write(root, shape, writer);
        }

        return buffer.WrittenSpan;
    }

    private static void Write(JsonElement value, Shape shape, Utf8JsonWriter writer)
    {
        if (!Holds(value, shape))
        {
            WriteEmpty(shape, writer);
            return;
        }

        switch (shape.Kind)
        {
            case ShapeKind.Object:
                writer.WriteStartObject();
                WriteFields(value, property => shape.Field(property)?.Shape, writer);
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

    private static void WriteFields(JsonElement value, Func<string, Shape?> shapeOf, Utf8JsonWriter writer)
    {
        foreach (var property in value.EnumerateObject().Where(property => property.Value.ValueKind != JsonValueKind.Null))
        {
            if (shapeOf(property.Name) is { } shape && Holds(property.Value, shape))
            {
                writer.WritePropertyName(property.Name);
                Write(property.Value, shape, writer);
            }
        }
    }

    private static bool Holds(JsonElement value, Shape shape) => shape.Fits(value) && shape.CanHold(value);

    private static void WriteEmpty(Shape shape, Utf8JsonWriter writer)
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
            case ShapeKind.Int32 or ShapeKind.Int64 or ShapeKind.Number:
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
