using System.Text.Json.Nodes;
using Palisade.Cli.Manifests.Yaml;

namespace Palisade.Cli.Output;

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
