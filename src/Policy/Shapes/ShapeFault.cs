using System.Globalization;
using System.Text.Json;

namespace Palisade.Policy.Shapes;

/// <summary>A value that its field cannot take, or a field that its object does not have.</summary>
/// <param name="Field">Path of the field, such as <c>spec.ingress[0].from[0].ipBlock.except</c>; empty for the whole document.</param>
/// <param name="Value">The value as it stands there, cut when long; null when it is absent or has parts of its own.</param>
/// <param name="Message">What must be, and how to fix it; continues a sentence that began with field and value.</param>
public sealed record ShapeFault(string Field, string? Value, string Message)
{
    /// <summary>Whether the value is a string, and is shown in quotes.</summary>
    public bool IsString { get; init; }

    /// <summary>Whether it is the field that is unknown, not its value that is of another type.</summary>
    public bool IsUnknownField { get; init; }

    /// <summary>Value and message: the fault without its field.</summary>
    public string Sentence =>
        Value is null ? Message
        : IsString ? $"\"{Value}\": {Message}"
        : $"{Value}: {Message}";
}

/// <summary>Says what a field takes.</summary>
internal static class ShapeMessages
{
    private const int MaxValueLength = 80;

    /// <summary>The fault of a value that a field of this shape cannot take.</summary>
    /// <param name="path">Path of the field.</param>
    /// <param name="shape">What the field takes.</param>
    /// <param name="value">What it was given.</param>
    /// <param name="written">How the value stands in the source, where that is not JSON; null as in JSON.</param>
    public static ShapeFault OtherType(string path, Shape shape, JsonElement value, string? written)
    {
        var isString = value.ValueKind == JsonValueKind.String;
        var text = isString ? value.GetString()! : written ?? value.GetRawText();
        return new(path, IsScalar(value) ? Shorten(text) : null, Message(path, shape, value, text)) { IsString = isString };
    }

    private static string Message(string path, Shape shape, JsonElement value, string text)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return $"must be {Expected(shape)}, not null: remove it or fill it in";
        }

        if (shape.Kind is ShapeKind.Int32 or ShapeKind.Int64 or ShapeKind.Int32OrString && IsWhole(value))
        {
            return $"is out of range: must be {Range(path, shape)}";
        }

        var remedy = shape.Kind switch
        {
            ShapeKind.String when IsScalar(value) => $": write \"{Shorten(text)}\"",
            ShapeKind.List when IsScalar(value) => value.ValueKind == JsonValueKind.String
                ? $": write [\"{Shorten(text)}\"]"
                : $": write [{Shorten(text)}]",
            ShapeKind.Int32 or ShapeKind.Int64 or ShapeKind.Number or ShapeKind.Boolean when value.ValueKind == JsonValueKind.String =>
                ", without quotes",
            _ => "",
        };
        return $"must be {Expected(shape)}{remedy}";
    }

    private static string Expected(Shape shape) =>
        shape.Kind switch
        {
            ShapeKind.Object or ShapeKind.Map => "a map of fields",
            ShapeKind.List => "a list",
            ShapeKind.String => "a string",
            ShapeKind.Int32 or ShapeKind.Int64 => "a whole number",
            ShapeKind.Number => "a number",
            ShapeKind.Int32OrString => "a whole number or a name",
            ShapeKind.Boolean => "true or false",
            ShapeKind.Time => "a time, such as \"2026-01-31T12:00:00Z\"",
            _ => "a base64 string",
        };

    /// <summary>Which numbers may be given is the validators' to say; of these no object can hold any.</summary>
    private static string Range(string path, Shape shape) =>
        path.EndsWith("port", StringComparison.OrdinalIgnoreCase) ? "from 1 to 65535"
        : shape.Kind == ShapeKind.Int64 ? string.Create(CultureInfo.InvariantCulture, $"from {long.MinValue} to {long.MaxValue}")
        : string.Create(CultureInfo.InvariantCulture, $"from {int.MinValue} to {int.MaxValue}");

    private static bool IsWhole(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && number == Math.Floor(number);

    private static bool IsScalar(JsonElement value) =>
        value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False;

    private static string Shorten(string text) =>
        text.Length <= MaxValueLength ? text : string.Concat(text.AsSpan(0, MaxValueLength), "...");
}
