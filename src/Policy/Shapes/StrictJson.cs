using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Unicode;

namespace Palisade.Policy.Shapes;

/// <summary>Parses JSON so that every string in the document can be read afterwards, every number compared, and every field stands once.</summary>
public static class StrictJson
{
    private const int MaxExponentDigits = 9;

    /// <summary>Of two fields of one name another reader may take the other.</summary>
    private static readonly JsonDocumentOptions Options = new() { AllowDuplicateProperties = false };

    /// <summary>
    /// Parses (the caller disposes of the document); false with a reason when the bytes are not JSON, not UTF-8, nested too deep, or hold
    /// half a surrogate pair, a number with an absurd exponent, or a field twice in one object.
    /// </summary>
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
            RefuseUnreadable(json.Span);
            document = JsonDocument.Parse(json, Options);
            return true;
        }
        catch (JsonException exception)
        {
            reason = exception.Message;
            return false;
        }
    }

    /// <summary>The parser takes what it later throws over: when a string is read, or when two numbers are compared.</summary>
    private static void RefuseUnreadable(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            switch (reader.TokenType)
            {
                case JsonTokenType.String or JsonTokenType.PropertyName when reader.ValueIsEscaped:
                    RefuseLoneSurrogate(reader);
                    break;
                case JsonTokenType.Number when ExponentDigits(reader.ValueSpan) > MaxExponentDigits:
                    throw new JsonException(
                        $"There is a number with an exponent of more than {MaxExponentDigits} digits at byte {reader.TokenStartIndex}."
                    );
            }
        }
    }

    /// <summary>An escape such as \ud800 without its other half.</summary>
    private static void RefuseLoneSurrogate(in Utf8JsonReader reader)
    {
        try
        {
            reader.GetString();
        }
        catch (InvalidOperationException exception)
        {
            throw new JsonException($"There is half of a surrogate pair at byte {reader.TokenStartIndex}.", exception);
        }
    }

    private static int ExponentDigits(ReadOnlySpan<byte> number)
    {
        var e = number.IndexOfAny((byte)'e', (byte)'E');
        return e < 0 ? 0 : number[(e + 1)..].TrimStart("+-"u8).Length;
    }
}
