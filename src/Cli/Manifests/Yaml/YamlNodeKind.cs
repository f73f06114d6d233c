namespace Palisade.Cli.Manifests.Yaml;

/// <summary>What a node of a YAML document is.</summary>
internal enum YamlNodeKind
{
    /// <summary>A value.</summary>
    Scalar,

    /// <summary>Items in order.</summary>
    Sequence,

    /// <summary>Values by key.</summary>
    Mapping,
}
