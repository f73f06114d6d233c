using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Palisade.Models;

/// <summary>
/// A number or a string, as the API takes in ports: <c>80</c> is a number, <c>"80"</c> and <c>"http"</c> are strings. k8s.Models keeps
/// only a string of either, and would write <c>"80"</c> as the number 80, which hides the mistake from its author: a string that reads as a number
/// has its quotes in <see cref="IntOrString.Value"/>.
/// </summary>
public static class IntOrStrings
{
    private const char Quote = '"';

    extension(IntOrString value)
    {
        /// <summary>Whether the value is a string, such as a port's name.</summary>
        public bool IsText => !TryParse(value.Value, out _);

        /// <summary>The string; null when the value is a number.</summary>
        public string? Text => value.IsText ? Unquote(value.Value ?? "") : null;

        /// <summary>The number; 0 when the value is a string.</summary>
        public int Number => TryParse(value.Value, out var number) ? number : 0;

        /// <summary>The value as it stands in a manifest, without quotes.</summary>
        public string Plain => value.Text ?? value.Value;
    }

    /// <summary>Makes a string, also of digits.</summary>
    public static IntOrString FromText(string text) => IsNumberInQuotes(text) ? $"{Quote}{text}{Quote}" : text;

    private static string Unquote(string text) => text is [Quote, .. var inner, Quote] && IsNumberInQuotes(inner) ? inner : text;

    // Quotes that are part of the string are kept apart from those that were added by adding some to both.
    private static bool IsNumberInQuotes(string text) => TryParse(text.Trim(Quote), out _);

    private static bool TryParse(string? text, out int number) =>
        int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number);
}

/// <summary>Reads and writes <see cref="IntOrString"/>; anything but a whole number or a string is a <see cref="JsonException"/>.</summary>
internal sealed class IntOrStringConverter : JsonConverter<IntOrString>
{
    public override IntOrString Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType switch
        {
            JsonTokenType.String => IntOrStrings.FromText(reader.GetString()!),
            JsonTokenType.Number when reader.TryGetInt32(out var number) => number,
            _ => throw new JsonException("must be a whole number or a text"),
        };

    public override void Write(Utf8JsonWriter writer, IntOrString value, JsonSerializerOptions options)
    {
        if (value.Text is { } text)
        {
            writer.WriteStringValue(text);
        }
        else
        {
            writer.WriteNumberValue(value.Number);
        }
    }
}
