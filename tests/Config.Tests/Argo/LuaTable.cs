using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Palisade.Config.Tests.Argo;

/// <summary>Writes an object as a Lua expression.</summary>
internal static class LuaTable
{
    public static string Of(JsonNode? node) =>
        node switch
        {
            null => "nil",
            JsonObject map => $"{{{string.Join(", ", map.Select(entry => $"[{Quote(entry.Key)}] = {Of(entry.Value)}"))}}}",
            JsonArray list => $"{{{string.Join(", ", list.Select(Of))}}}",
            _ when node.GetValueKind() == JsonValueKind.String => Quote(node.GetValue<string>()),
            _ => node.ToJsonString(),
        };

    // Every byte that is not plain as an escape: a text cannot end the literal.
    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var unit in Encoding.UTF8.GetBytes(text))
        {
            quoted.Append(
                char.IsAsciiLetterOrDigit((char)unit) || unit == ' '
                    ? ((char)unit).ToString()
                    : string.Create(CultureInfo.InvariantCulture, $"\\{unit:D3}")
            );
        }

        return quoted.Append('"').ToString();
    }
}
