namespace Palisade.Cli.Manifests.Yaml;

/// <summary>A key of a mapping with its value.</summary>
internal sealed record YamlField(string Key, int Line, int Column, YamlNode Value);
