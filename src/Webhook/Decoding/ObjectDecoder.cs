using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Palisade.Webhook.Decoding;

/// <summary>Reads a model from JSON that may be malformed: what fits is read, what does not is reported with path and remedy.</summary>
internal static class ObjectDecoder
{
    /// <summary>Reads the object.</summary>
    public static DecodedObject<T> Decode<T>(JsonElement element, JsonTypeInfo<T> contract)
        where T : class
    {
        var shape = ModelShape.Of(contract);
        var report = ShapeWalker.Walk(element, shape);
        var value = report.NeedsCleaning
            ? JsonSerializer.Deserialize(ShapeCleaner.Clean(element, shape).Span, contract)
            : element.Deserialize(contract);
        return new DecodedObject<T>(value!, report.Faults);
    }
}
