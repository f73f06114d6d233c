using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Palisade.Cli.Manifests.Yaml;

/// <summary>
/// Reads one YAML document into nodes that know their places. JSON is read by it too, being YAML. The depth and the number of
/// nodes are bounded, so that neither deep nesting nor aliases of aliases exhaust stack or memory.
/// </summary>
internal sealed class YamlDocument
{
    /// <summary>How many levels a document may have.</summary>
    public const int MaxDepth = 100;

    private const int MaxNodes = 2_000_000;

    /// <summary>What has one of these is no string, whatever its quotes; what has another tag, such as one of a program's own, is one.</summary>
    private static readonly string[] ValueTags =
    [
        "tag:yaml.org,2002:bool",
        "tag:yaml.org,2002:float",
        "tag:yaml.org,2002:int",
        "tag:yaml.org,2002:null",
    ];

    private readonly Dictionary<string, (YamlNode Node, int Size, int Height)> _anchors = new(StringComparer.Ordinal);
    private readonly Parser _parser;
    private readonly int _firstLine;
    private int _nodes;
    private int _deepest;

    private YamlDocument(string text, int firstLine) => (_parser, _firstLine) = (new Parser(new StringReader(text)), firstLine);

    /// <summary>Reads a document.</summary>
    /// <param name="text">The document, without the documents around it.</param>
    /// <param name="firstLine">Line of the file at which the text begins, from 1.</param>
    /// <returns>Its root; null when it is empty.</returns>
    /// <exception cref="YamlSyntaxException">It is not valid YAML.</exception>
    public static YamlNode? Read(string text, int firstLine)
    {
        var document = new YamlDocument(text, firstLine);
        try
        {
            return document.Read();
        }
        catch (YamlException exception)
        {
            var message = exception.InnerException?.Message ?? exception.Message;
            var place = message.Contains("invalid tab", StringComparison.Ordinal) ? FirstTab(text) ?? exception.Start : exception.Start;
            throw document.Error(place, "no valid YAML: " + char.ToLowerInvariant(message[0]) + message[1..].TrimEnd('.'));
        }
    }

    /// <summary>The first tab before the text of a line. The parser names the line at which it lost its way, which may be far above.</summary>
    private static Mark? FirstTab(string text)
    {
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            if (lines[i].AsSpan().TrimStart(' ') is ['\t', ..] rest)
            {
                return new Mark(0, i + 1, lines[i].Length - rest.Length + 1);
            }
        }
        return null;
    }

    private YamlNode? Read()
    {
        _parser.Consume<StreamStart>();
        if (!_parser.TryConsume<DocumentStart>(out _))
        {
            return null;
        }
        var root = ReadNode(depth: 0);
        _parser.Consume<DocumentEnd>();
        return root.IsNull ? null : root;
    }

    private YamlNode ReadNode(int depth)
    {
        var start = _parser.Current?.Start ?? default;
        Descend(depth, start);
        if (_parser.TryConsume<AnchorAlias>(out var alias))
        {
            if (!_anchors.TryGetValue(alias.Value.Value, out var anchored))
            {
                throw Error(start, $"there is no anchor &{alias.Value}");
            }
            Descend(depth + anchored.Height, start);
            return Count(anchored.Node, anchored.Size, start);
        }
        var (before, anchor) = (_nodes, _parser.Current is NodeEvent { Anchor.IsEmpty: false } named ? named.Anchor.Value : null);
        var deepest = _deepest;
        _deepest = depth;
        var node = Count(ReadOwn(start, depth), 1, start);
        if (anchor is not null)
        {
            _anchors[anchor] = (node, _nodes - before, _deepest - depth);
        }
        _deepest = Math.Max(_deepest, deepest);
        return node;
    }

    private void Descend(int depth, Mark start)
    {
        if (depth > MaxDepth)
        {
            throw Error(start, $"nested more than {MaxDepth} levels deep");
        }
        _deepest = Math.Max(_deepest, depth);
    }

    private YamlNode ReadOwn(Mark start, int depth)
    {
        var (line, column) = Place(start);
        if (_parser.TryConsume<MappingStart>(out _))
        {
            return new YamlNode(YamlNodeKind.Mapping, line, column) { Fields = ReadFields(depth) };
        }
        if (_parser.TryConsume<SequenceStart>(out _))
        {
            var items = new List<YamlNode>();
            while (!_parser.TryConsume<SequenceEnd>(out _))
            {
                items.Add(ReadNode(depth + 1));
            }
            return new YamlNode(YamlNodeKind.Sequence, line, column) { Items = items };
        }
        var scalar = _parser.Consume<Scalar>();
        var isString = scalar.Tag.IsEmpty ? scalar.Style != ScalarStyle.Plain : !ValueTags.Contains(scalar.Tag.Value);
        return new YamlNode(YamlNodeKind.Scalar, line, column) { Text = scalar.Value, IsQuoted = isString };
    }

    private List<YamlField> ReadFields(int depth)
    {
        var fields = new List<YamlField>();
        var merged = new List<YamlField>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var start = _parser.Current?.Start ?? default;
            var key = ReadNode(depth + 1);
            if (key.Kind != YamlNodeKind.Scalar)
            {
                throw Error(start, "a key must be a string");
            }
            var value = ReadNode(depth + 1);
            if (key is { Text: "<<", IsQuoted: false })
            {
                merged.AddRange((value.Kind == YamlNodeKind.Sequence ? value.Items : [value]).SelectMany(node => node.Fields));
            }
            else if (YamlScalar.ToKey(key) is var name && keys.Add(name))
            {
                fields.Add(new YamlField(name, key.Line, key.Column, value));
            }
            else
            {
                throw Error(start, $"the key \"{name}\" stands twice in the same place");
            }
        }
        fields.AddRange(merged.Where(field => keys.Add(field.Key)));
        return fields;
    }

    private YamlNode Count(YamlNode node, int size, Mark start)
    {
        _nodes += size;
        return _nodes <= MaxNodes ? node : throw Error(start, $"more than {MaxNodes} values, aliases counted");
    }

    private YamlSyntaxException Error(Mark mark, string message)
    {
        var (line, column) = Place(mark);
        return new YamlSyntaxException(line, column, message);
    }

    private (int Line, int Column) Place(Mark mark) => ((int)Math.Max(mark.Line, 1) + _firstLine - 1, (int)Math.Max(mark.Column, 1));
}
