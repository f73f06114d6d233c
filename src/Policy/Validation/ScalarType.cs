using System.Text.Json;

namespace Palisade.Policy.Validation;

/// <summary>What JSON a field of a scalar type takes.</summary>
internal static class ScalarType
{
    /// <summary>
    /// Types of fields whose values are checked. A type that is missing here takes anything: the API server, not Palisade, says what is wrong
    /// with a value of it.
    /// </summary>
    private static readonly Dictionary<Type, Func<JsonElement, string?>> Checks = new()
    {
        [typeof(string)] = WhyNotString,
        [typeof(bool)] = value =>
            value.ValueKind is JsonValueKind.True or JsonValueKind.False ? null : "must be true or false, without quotes",
        [typeof(int)] = value => IsInt32(value) ? null : "must be a whole number, without quotes",
        [typeof(long)] = value =>
            value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _) ? null : "must be a whole number, without quotes",
        [typeof(IntOrString)] = value =>
            IsInt32(value) || value.ValueKind == JsonValueKind.String ? null : "must be a whole number or a name",
        [typeof(DateTime)] = value =>
            value.ValueKind == JsonValueKind.String && Rfc3339.IsTime(value.GetString())
                ? null
                : "must be a time, such as \"2026-01-31T12:00:00Z\"",
    };

    /// <summary>Whether values of the type are checked.</summary>
    public static bool IsKnown(Type type) => Checks.ContainsKey(WithoutNull(type));

    /// <summary>What the value would have to be; null when the type takes it.</summary>
    public static string? WhyNot(Type type, JsonElement value) =>
        Checks.TryGetValue(WithoutNull(type), out var check) ? check(value) : null;

    /// <summary>Whether the value is neither a list nor a map nor null.</summary>
    public static bool IsScalar(JsonElement value) =>
        value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False;

    private static string? WhyNotString(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? null
        : IsScalar(value) ? $"must be a text: write \"{value.GetRawText()}\""
        : "must be a text";

    private static bool IsInt32(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _);

    private static Type WithoutNull(Type type) => Nullable.GetUnderlyingType(type) ?? type;
}
