using System.Text.Json;

namespace Palisade.Webhook.Decoding;

/// <summary>Says what a field takes, and what it was given.</summary>
internal static class ShapeMessages
{
    private const int MaxValueLength = 80;

    /// <summary>The sentence for a value that a field of this shape cannot take.</summary>
    public static string For(ModelShape shape, JsonElement value) => $"must be {Expected(shape)}, not {Given(shape, value)}";

    /// <summary>The value as JSON, cut when long.</summary>
    public static string Shorten(JsonElement value)
    {
        var text = value.ValueKind == JsonValueKind.String ? value.GetString()! : value.GetRawText();
        return text.Length <= MaxValueLength ? text : string.Concat(text.AsSpan(0, MaxValueLength), "...");
    }

    private static string Expected(ModelShape shape) =>
        shape.Kind switch
        {
            ShapeKind.Object or ShapeKind.Map => "an object",
            ShapeKind.List => shape.Element!.Kind == ShapeKind.Text ? "a list of texts" : "a list",
            ShapeKind.Text => "a text",
            ShapeKind.WholeNumber or ShapeKind.LongNumber => "a whole number",
            ShapeKind.WholeNumberOrText => "a whole number or a port's name",
            ShapeKind.Boolean => "true or false",
            ShapeKind.Time => "a time such as 2026-01-31T12:00:00Z",
            ShapeKind.Bytes => "base64 text",
            _ => "anything",
        };

    private static string Given(ModelShape shape, JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "a list",
            JsonValueKind.String => "a text",
            JsonValueKind.Number when shape.Kind is ShapeKind.WholeNumber or ShapeKind.LongNumber or ShapeKind.WholeNumberOrText =>
                "a number with decimals or out of range",
            JsonValueKind.Number => "a number",
            JsonValueKind.Null => "null: remove it or fill it in",
            _ => "a boolean",
        };
}
