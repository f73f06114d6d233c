using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Palisade.Cli.Manifests.Yaml;

namespace Palisade.Cli.Manifests;

/// <summary>Holds a document against the model of its kind: finds every value of the wrong type. Fields that
/// the model lacks are let be: what they are is the validators' to say, or a matter of fields that Palisade has no use for.</summary>
internal sealed class ManifestShape(string path, JsonSerializerOptions options)
{
    private const string String = "a string";
    private readonly List<ManifestError> _errors = [];

    /// <summary>Values of the wrong type, in the order they stand.</summary>
    public IReadOnlyList<ManifestError> Errors => _errors;

    /// <summary>Looks at a node and all below it.</summary>
    public void Check(YamlNode node, JsonTypeInfo type, string field)
    {
        switch (type.Kind)
        {
            case JsonTypeInfoKind.Object:
                CheckObject(node, type, field);
                break;
            case JsonTypeInfoKind.Dictionary:
                CheckMap(node, type, field);
                break;
            case JsonTypeInfoKind.Enumerable:
                CheckList(node, type, field);
                break;
            default:
                CheckValue(node, Nullable.GetUnderlyingType(type.Type) ?? type.Type, field);
                break;
        }
    }

    private void CheckObject(YamlNode node, JsonTypeInfo type, string field)
    {
        if (!Expect(node, YamlNodeKind.Mapping, "an object with fields", field))
        {
            return;
        }
        foreach (var (key, _, _, value) in node.Fields)
        {
            var property = type.Properties.FirstOrDefault(property => string.Equals(property.Name, key, StringComparison.Ordinal));
            if (property is not null && !value.IsNull)
            {
                Check(value, options.GetTypeInfo(property.PropertyType), FieldPath.Field(field, key));
            }
        }
    }

    private void CheckMap(YamlNode node, JsonTypeInfo type, string field)
    {
        if (Expect(node, YamlNodeKind.Mapping, "a map of keys and values", field))
        {
            foreach (var (key, _, _, value) in node.Fields)
            {
                Check(value, options.GetTypeInfo(type.ElementType!), FieldPath.Key(field, key));
            }
        }
    }

    private void CheckList(YamlNode node, JsonTypeInfo type, string field)
    {
        if (Expect(node, YamlNodeKind.Sequence, "a list", field))
        {
            for (var i = 0; i < node.Items.Count; i++)
            {
                Check(node.Items[i], options.GetTypeInfo(type.ElementType!), FieldPath.Item(field, i));
            }
        }
    }

    private void CheckValue(YamlNode node, Type type, string field)
    {
        var kind = node.Kind == YamlNodeKind.Scalar ? YamlScalar.KindOf(node) : JsonValueKind.Undefined;
        var number = kind == JsonValueKind.Number ? YamlScalar.ToNumber(node.Text) : null;
        var isWhole = number is { } value && value == Math.Floor(value);
        var (fits, wanted) =
            type == typeof(bool) ? (kind is JsonValueKind.True or JsonValueKind.False, "true or false")
            : type == typeof(int) ? (isWhole, "a whole number")
            : type == typeof(long) ? (isWhole, "a whole number")
            : type == typeof(IntOrString) ? (isWhole || kind == JsonValueKind.String, "a whole number or a string")
            : type == typeof(DateTime) ? (kind == JsonValueKind.String && Rfc3339.IsTime(node.Text), "a time such as 2026-01-31T12:00:00Z")
            : (kind == JsonValueKind.String, String);
        if (!fits)
        {
            Add(node, wanted, field);
        }
        else if (isWhole)
        {
            CheckRange(node, type, field);
        }
    }

    private void CheckRange(YamlNode node, Type type, string field)
    {
        var (min, max) = type == typeof(long) ? (long.MinValue, long.MaxValue) : (int.MinValue, int.MaxValue);
        if (YamlScalar.ToInteger(node.Text) is not { } value || value < min || value > max)
        {
            // Which of them may be given is the validators' to say; this one no object can hold.
            var range = field.EndsWith("port", StringComparison.OrdinalIgnoreCase)
                ? "from 1 to 65535"
                : string.Create(CultureInfo.InvariantCulture, $"from {min} to {max}");
            _errors.Add(new(node.PositionIn(path), field, $"is out of range: must be {range}, not {node.Text}"));
        }
    }

    private bool Expect(YamlNode node, YamlNodeKind kind, string wanted, string field)
    {
        if (node.Kind != kind)
        {
            Add(node, wanted, field);
        }
        return node.Kind == kind;
    }

    private void Add(YamlNode node, string wanted, string field)
    {
        var found = node switch
        {
            { Kind: YamlNodeKind.Sequence } => "a list",
            { Kind: YamlNodeKind.Mapping } => "an object",
            { IsNull: true } => "nothing",
            { IsQuoted: true } => $"the string \"{node.Text}\"",
            _ => node.Text,
        };
        var remedy =
            node is { Kind: YamlNodeKind.Scalar, IsQuoted: false, IsNull: false } && string.Equals(wanted, String, StringComparison.Ordinal)
                ? $"; put it in quotes: \"{node.Text}\""
                : "";
        _errors.Add(new(node.PositionIn(path), field, $"must be {wanted}, not {found}{remedy}"));
    }
}
