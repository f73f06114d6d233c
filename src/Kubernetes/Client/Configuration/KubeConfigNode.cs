using System.Text;
using YamlDotNet.RepresentationModel;

namespace Palisade.Kubernetes.Client.Configuration;

/// <summary>A mapping in a kubeconfig that knows where it stands, for messages and for paths relative to its file.</summary>
internal sealed class KubeConfigNode(string file, string description, YamlMappingNode node)
{
    /// <summary>A text field; null when it is absent or empty.</summary>
    public string? Text(string name) =>
        Child(name) switch
        {
            null => null,
            YamlScalarNode { Value: null or "" } => null,
            YamlScalarNode { Value: "~" or "null", Style: YamlDotNet.Core.ScalarStyle.Plain } => null,
            YamlScalarNode scalar => scalar.Value,
            var other => throw Fault(other, $"{name} must be a string"),
        };

    /// <summary>A field that must be there.</summary>
    public string RequiredText(string name) => Text(name) ?? throw Fault($"{name} is missing");

    /// <summary>A field that is true or false; false when it is absent.</summary>
    public bool Flag(string name) =>
        Text(name) switch
        {
            null or "false" => false,
            "true" => true,
            _ => throw Fault($"{name} must be true or false"),
        };

    /// <summary>A path, relative to the directory of the file.</summary>
    public string? Path(string name) => Text(name) is { } path ? Resolve(path) : null;

    /// <summary>A path made absolute, relative to the directory of the file.</summary>
    public string Resolve(string path) => System.IO.Path.GetFullPath(path, System.IO.Path.GetDirectoryName(file)!);

    /// <summary>PEM text from the field <c>name-data</c> (base64), else from the file that the field names; null when both are absent.</summary>
    /// <param name="name">Name of the field.</param>
    /// <param name="label">Label that a block of it must have, such as <c>CERTIFICATE</c>.</param>
    public PemSource? Pem(string name, string label)
    {
        if (Text(name + "-data") is { } data)
        {
            var buffer = new byte[data.Length];
            return Convert.TryFromBase64String(data, buffer, out var length)
                ? Checked(PemSource.FromText(Encoding.UTF8.GetString(buffer, 0, length)), $"{name}-data", label)
                : throw Fault($"{name}-data is not base64");
        }

        return Path(name) is { } path ? Checked(PemSource.FromFile(path), $"{name} {path}", label) : null;
    }

    /// <summary>A mapping; null when it is absent.</summary>
    public KubeConfigNode? Mapping(string name) =>
        Child(name) switch
        {
            null or YamlScalarNode { Value: null or "" or "~" or "null" } => null,
            YamlMappingNode mapping => new KubeConfigNode(file, $"{description} {name}:".TrimStart(), mapping),
            var other => throw Fault(other, $"{name} must be a mapping"),
        };

    /// <summary>The mappings of a list; none when it is absent.</summary>
    public IEnumerable<KubeConfigNode> Mappings(string name) =>
        List(name)
            .Select(item =>
                item is YamlMappingNode mapping
                    ? new KubeConfigNode(file, Describe(name, mapping), mapping)
                    : throw Fault(item, $"{name} must be a list of mappings")
            );

    /// <summary>The texts of a list; none when it is absent.</summary>
    public IReadOnlyList<string> Texts(string name) =>
        [
            .. List(name)
                .Select(item => item is YamlScalarNode { Value: { } text } ? text : throw Fault(item, $"{name} must be a list of texts")),
        ];

    /// <summary>A fault of this mapping, as one line with file and line.</summary>
    public KubeConfigException Fault(string what) => Fault(node, what);

    private static string Describe(string list, YamlMappingNode mapping)
    {
        var singular = list.TrimEnd('s');
        return mapping.Children.TryGetValue(new YamlScalarNode("name"), out var name) ? $"{singular} \"{name}\":" : $"{singular}:";
    }

    private PemSource Checked(PemSource source, string what, string label)
    {
        try
        {
            return source.Read().Contains($"{label}-----", StringComparison.Ordinal)
                ? source
                : throw Fault($"{what} holds no PEM block {label}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Fault($"{what} cannot be read: {e.Message}");
        }
    }

    private IEnumerable<YamlNode> List(string name) =>
        Child(name) switch
        {
            null or YamlScalarNode { Value: null or "" or "~" or "null" } => [],
            YamlSequenceNode sequence => sequence.Children,
            var other => throw Fault(other, $"{name} must be a list"),
        };

    private YamlNode? Child(string name) => node.Children.TryGetValue(new YamlScalarNode(name), out var child) ? child : null;

    private KubeConfigException Fault(YamlNode where, string what) =>
        new($"{file}:{where.Start.Line}: {description} {what}".Replace(":  ", ": "));
}
