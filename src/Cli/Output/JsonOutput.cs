using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Palisade.Cli.Manifests.Yaml;

namespace Palisade.Cli.Output;

/// <summary>Writes JSON results.</summary>
internal static class JsonOutput
{
    // What is written goes to files and pipes, never into HTML.
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes a document, indented, and ends its last line.</summary>
    public static void Write(TextWriter writer, JsonNode document)
    {
        writer.Write(document.ToJsonString(Options));
        writer.Write('\n');
    }

    /// <summary>The object without the fields that are null.</summary>
    public static JsonObject WithoutNulls(this JsonObject value)
    {
        foreach (var name in value.Where(field => field.Value is null).Select(field => field.Key).ToList())
        {
            value.Remove(name);
        }
        return value;
    }
}

/// <summary>Writes YAML results.</summary>
internal static class YamlOutput
{
    /// <summary>Writes a document, with its separator before it.</summary>
    public static void Write(TextWriter writer, JsonNode document)
    {
        writer.Write("---\n");
        YamlWriter.Write(writer, document);
    }
}

/// <summary>Numbers with their nouns.</summary>
internal static class Quantity
{
    /// <summary><c>1 namespace</c>, <c>2 namespaces</c>.</summary>
    public static string Format(int number, string one, string many) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {(number == 1 ? one : many)}");
}
