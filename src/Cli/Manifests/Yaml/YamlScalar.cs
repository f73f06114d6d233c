using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Palisade.Cli.Manifests.Yaml;

/// <summary>What an unquoted scalar is, by the rules of the YAML reader that kubectl has: <c>yes</c> is a boolean, <c>0777</c> octal.</summary>
internal static partial class YamlScalar
{
    /// <summary>From here on a double no longer tells neighbouring whole numbers of 64 bits apart.</summary>
    private const double TwoTo63 = 9223372036854775808d;

    /// <summary>What the scalar becomes in JSON.</summary>
    public static JsonValueKind KindOf(YamlNode scalar) =>
        scalar switch
        {
            { IsQuoted: true } => JsonValueKind.String,
            { IsNull: true } => JsonValueKind.Null,
            _ when ToBoolean(scalar.Text) is { } value => value ? JsonValueKind.True : JsonValueKind.False,
            _ when ToInteger(scalar.Text) is not null || ToNumber(scalar.Text) is not null => JsonValueKind.Number,
            _ => JsonValueKind.String,
        };

    public static void Write(Utf8JsonWriter writer, YamlNode scalar)
    {
        switch (KindOf(scalar))
        {
            case JsonValueKind.Null:
                writer.WriteNullValue();
                break;
            case JsonValueKind.True or JsonValueKind.False:
                writer.WriteBooleanValue(ToBoolean(scalar.Text)!.Value);
                break;
            case JsonValueKind.Number when ToInteger(scalar.Text) is { } integer:
                writer.WriteNumberValue(integer);
                break;
            case JsonValueKind.Number:
                writer.WriteNumberValue(ToNumber(scalar.Text)!.Value);
                break;
            default:
                writer.WriteStringValue(scalar.Text);
                break;
        }
    }

    /// <summary>The string that kubectl makes of a key: of an unquoted <c>on</c> it is <c>true</c>, of <c>0x10</c> it is <c>16</c>.</summary>
    public static string ToKey(YamlNode scalar) =>
        KindOf(scalar) switch
        {
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            JsonValueKind.Number when ToInteger(scalar.Text) is { } integer => integer.ToString(CultureInfo.InvariantCulture),
            JsonValueKind.Number => ToNumber(scalar.Text)!.Value.ToString("R", CultureInfo.InvariantCulture).ToLowerInvariant(),
            _ => scalar.Text,
        };

    /// <summary>
    /// The whole number of at most 64 bits that an unquoted scalar stands for; null when it stands for none. <c>80.0</c> and <c>8e1</c> are
    /// whole numbers too.
    /// </summary>
    public static long? ToInteger(string text) =>
        Digits(text) is not { } digits ? null
        : Whole(digits) is { } whole ? (whole >= long.MinValue && whole <= long.MaxValue ? (long)whole : null)
        : ToNumber(text) is { } number && number == Math.Floor(number) && Math.Abs(number) < TwoTo63 ? (long)number
        : null;

    /// <summary>The number that an unquoted scalar stands for; null when it stands for none, or for one that JSON cannot hold.</summary>
    public static double? ToNumber(string text) =>
        Digits(text) is not { } digits ? null
        : Whole(digits) is { } whole ? (double)whole
        : Float().IsMatch(digits) && double.Parse(digits, CultureInfo.InvariantCulture) is var number && double.IsFinite(number) ? number
        : null;

    /// <summary>The scalar without its underscores; null when it does not begin as numbers do.</summary>
    private static string? Digits(string text) =>
        text is ['+' or '-' or '.' or (>= '0' and <= '9'), ..] ? text.Replace("_", "", StringComparison.Ordinal) : null;

    /// <summary>A whole number of up to 64 bits without fraction or exponent, in one of four bases.</summary>
    private static Int128? Whole(string text)
    {
        var negative = text.StartsWith('-');
        var digits = negative || text.StartsWith('+') ? text[1..] : text;
        var (numberBase, rest) = digits switch
        {
            ['0', 'x' or 'X', ..] => (16, digits[2..]),
            ['0', 'o' or 'O', ..] => (8, digits[2..]),
            ['0', 'b' or 'B', ..] => (2, digits[2..]),
            ['0', _, ..] => (8, digits[1..]),
            _ => (10, digits),
        };
        if (rest.Length is 0 or > 64 || !rest.All(c => char.IsAsciiHexDigit(c) && Convert.ToInt32(c.ToString(), 16) < numberBase))
        {
            return null;
        }
        var value = Int128.Zero;
        foreach (var digit in rest)
        {
            value = (value * numberBase) + Convert.ToInt32(digit.ToString(), 16);
            if (value > ulong.MaxValue)
            {
                return null;
            }
        }
        return negative ? -value : value;
    }

    private static bool? ToBoolean(string text) =>
        text switch
        {
            "true" or "True" or "TRUE" or "y" or "Y" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" => true,
            "false" or "False" or "FALSE" or "n" or "N" or "no" or "No" or "NO" or "off" or "Off" or "OFF" => false,
            _ => null,
        };

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Float();
}
