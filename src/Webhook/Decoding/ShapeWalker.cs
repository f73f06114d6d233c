using System.Globalization;
using System.Text.Json;

namespace Palisade.Webhook.Decoding;

/// <summary>Holds JSON against a model's shape and reports every fault, not only the first.</summary>
internal static class ShapeWalker
{
    /// <summary>Walks the document.</summary>
    public static ShapeReport Walk(JsonElement root, ModelShape shape)
    {
        var report = new ShapeReport();
        Visit(root, shape, "", report);
        return report;
    }

    /// <summary>Whether a value is of the kind that a shape takes; what lies within it is not looked at.</summary>
    public static bool Fits(JsonElement value, ModelShape shape) =>
        shape.Kind switch
        {
            ShapeKind.Any => true,
            ShapeKind.Object or ShapeKind.Map => value.ValueKind == JsonValueKind.Object,
            ShapeKind.List => value.ValueKind == JsonValueKind.Array,
            ShapeKind.Text => value.ValueKind == JsonValueKind.String,
            ShapeKind.WholeNumber => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _),
            ShapeKind.LongNumber => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
            ShapeKind.WholeNumberOrText => value.ValueKind == JsonValueKind.String
                || (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _)),
            ShapeKind.Boolean => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
            ShapeKind.Time => value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out _),
            ShapeKind.Bytes => value.ValueKind == JsonValueKind.String && value.TryGetBytesFromBase64(out _),
            _ => false,
        };

    private static void Visit(JsonElement value, ModelShape shape, string path, ShapeReport report)
    {
        if (!Fits(value, shape))
        {
            var isText = value.ValueKind == JsonValueKind.String;
            report.Add(new ShapeFault(path, ShapeMessages.Shorten(value), ShapeMessages.For(shape, value), isText));
            return;
        }

        switch (shape.Kind)
        {
            case ShapeKind.Object:
                VisitFields(value, shape, path, report);
                break;
            case ShapeKind.Map:
                VisitEntries(value, shape, path, report);
                break;
            case ShapeKind.List:
                VisitItems(value, shape, path, report);
                break;
        }
    }

    private static void VisitFields(JsonElement value, ModelShape shape, string path, ShapeReport report)
    {
        foreach (var property in value.EnumerateObject())
        {
            var name = property.Name;
            if (!shape.Fields.TryGetValue(name, out var fieldShape))
            {
                // The API server drops or refuses it.
                continue;
            }

            if (property.Value.ValueKind == JsonValueKind.Null)
            {
                report.AddNull(mustGo: shape.NeverNull.Contains(name));
            }
            else
            {
                Visit(property.Value, fieldShape, path.Length == 0 ? name : $"{path}.{name}", report);
            }
        }
    }

    private static void VisitEntries(JsonElement value, ModelShape shape, string path, ShapeReport report)
    {
        foreach (var property in value.EnumerateObject())
        {
            Visit(property.Value, shape.Element!, $"{path}[{property.Name}]", report);
        }
    }

    private static void VisitItems(JsonElement value, ModelShape shape, string path, ShapeReport report)
    {
        var index = 0;
        foreach (var item in value.EnumerateArray())
        {
            Visit(item, shape.Element!, string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]"), report);
            index++;
        }
    }
}
