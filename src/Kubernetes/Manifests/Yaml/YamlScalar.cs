using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Palisade.Kubernetes.Manifests.Yaml;

/// <summary>What an unquoted scalar is, by the rules of the YAML reader that kubectl has: <c>yes</c> is a boolean, <c>0777</c> octal.</summary>
internal static partial class YamlScalar
{
    /// <summary>What the scalar becomes in JSON.</summary>
    public static JsonValueKind KindOf(YamlNode scalar) =>
        scalar switch
        {
            { IsQuoted: true } => JsonValueKind.String,
            { IsNull: true } => JsonValueKind.Null,
            _ when ToBoolean(scalar.Text) is { } value => value ? JsonValueKind.True : JsonValueKind.False,
            _ when ToInteger(scalar.Text) is not null || Float().IsMatch(scalar.Text) => JsonValueKind.Number,
            _ => JsonValueKind.String,
        };

    /// <summary>Writes the scalar as JSON.</summary>
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
                writer.WriteNumberValue(double.Parse(scalar.Text.Replace("_", "", StringComparison.Ordinal), CultureInfo.InvariantCulture));
                break;
            default:
                writer.WriteStringValue(scalar.Text);
                break;
        }
    }

    /// <summary>The whole number that an unquoted scalar stands for; null when it stands for none.</summary>
    public static long? ToInteger(string text)
    {
        var digits = text.Replace("_", "", StringComparison.Ordinal);
        var negative = digits.StartsWith('-');
        digits = negative || digits.StartsWith('+') ? digits[1..] : digits;
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
        try
        {
            var value = numberBase == 10 ? long.Parse(rest, CultureInfo.InvariantCulture) : Convert.ToInt64(rest, numberBase);
            return negative ? -value : value;
        }
        catch (OverflowException)
        {
            return null;
        }
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
