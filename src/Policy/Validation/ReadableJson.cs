using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;

namespace Palisade.Policy.Validation;

/// <summary>Parses JSON so that every text in the document can be read afterwards.</summary>
public static class ReadableJson
{
    /// <summary>Parses (the caller disposes of the document); false with a reason when the bytes are not JSON, not UTF-8, nested too deep, or hold half a surrogate pair.</summary>
    public static bool TryParse(
        ReadOnlyMemory<byte> json,
        [NotNullWhen(true)] out JsonDocument? document,
        [NotNullWhen(false)] out string? reason
    )
    {
        document = null;
        reason = null;
        if (!Utf8.IsValid(json.Span))
        {
            reason = "it is not valid UTF-8";
            return false;
        }

        try
        {
            RefuseLoneSurrogates(json.Span);
            document = JsonDocument.Parse(json);
            return true;
        }
        catch (JsonException exception)
        {
            reason = exception.Message;
            return false;
        }
    }

    /// <summary>The parser takes an escape such as \ud800 without its other half, and throws only when the text is read.</summary>
    private static void RefuseLoneSurrogates(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName) || !reader.ValueIsEscaped)
            {
                continue;
            }

            try
            {
                reader.GetString();
            }
            catch (InvalidOperationException exception)
            {
                throw new JsonException($"There is half of a surrogate pair at byte {reader.TokenStartIndex}.", exception);
            }
        }
    }
}
