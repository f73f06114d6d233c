using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Palisade.Models;

/// <summary>Reads times of any form and offset as UTC. A null where the model must have a time is the earliest one.</summary>
internal sealed class TimeConverter : JsonConverter<DateTime>
{
    public override bool HandleNull => true;

    public override DateTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null ? default : Read(ref reader);

    public override void Write(Utf8JsonWriter writer, DateTime value, JsonSerializerOptions options) =>
        writer.WriteStringValue(Format(value, "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"));

    internal static DateTime Read(ref Utf8JsonReader reader) => reader.GetDateTimeOffset().UtcDateTime;

    internal static string Format(DateTime value, string format) =>
        (value.Kind == DateTimeKind.Local ? value.ToUniversalTime() : value).ToString(format, CultureInfo.InvariantCulture);
}

/// <summary>Writes a time as the API server's MicroTime wants it: with exactly six decimals of a second.</summary>
internal sealed class MicroTimeConverter : JsonConverter<DateTime?>
{
    public override DateTime? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Null ? null : TimeConverter.Read(ref reader);

    public override void Write(Utf8JsonWriter writer, DateTime? value, JsonSerializerOptions options)
    {
        if (value is { } time)
        {
            writer.WriteStringValue(TimeConverter.Format(time, "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'"));
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}
