using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Palisade.Policy.Validation;

/// <summary>
/// Finds fields that a document has and its kind does not, and values of another type. The API server drops or refuses them
/// before admission sees the object: a misspelt <c>except</c> would silently widen a policy.
/// </summary>
public static class UnknownFields
{
    /// <summary>Annotation in which <c>kubectl apply</c> keeps what the user wrote.</summary>
    public const string LastAppliedAnnotation = "kubectl.kubernetes.io/last-applied-configuration";

    /// <summary>Findings of a document of one of the three kinds, as the user wrote it; none for other kinds.</summary>
    public static IReadOnlyList<Finding> Find(JsonElement document)
    {
        if (FieldCatalog.KindOf(document) is not { } kind)
        {
            return [];
        }

        var findings = new List<Finding>();
        foreach (var field in document.EnumerateObject())
        {
            var property = Property(kind, field.Name);
            if (IsObsoleteStatus(kind, field.Name))
            {
                continue;
            }

            if (property is null)
            {
                findings.Add(Unknown(kind, kind, field.Name, field.Name));
            }
            else
            {
                Check(kind, FieldCatalog.TypeOf(property.PropertyType), field.Value, field.Name, findings);
            }
        }

        return DocumentOrder.Sort(findings);
    }

    /// <summary>Findings of the annotation of <c>kubectl apply</c>; none when it is absent or no JSON.</summary>
    public static IReadOnlyList<Finding> FindInLastApplied(IDictionary<string, string>? annotations)
    {
        if (annotations is null || !annotations.TryGetValue(LastAppliedAnnotation, out var json))
        {
            return [];
        }

        // Anyone may write the annotation; one that is no JSON says nothing about the object.
        if (!ReadableJson.TryParse(Encoding.UTF8.GetBytes(json), out var document, out _))
        {
            return [];
        }

        using (document)
        {
            return Find(document.RootElement);
        }
    }

    private static void Check(JsonTypeInfo kind, JsonTypeInfo type, JsonElement value, string path, List<Finding> findings)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            return;
        }

        if (WhyOtherType(type, value) is { } reason)
        {
            findings.Add(OfOtherType(value, path, reason));
        }
        else if (type.Kind == JsonTypeInfoKind.Object)
        {
            foreach (var field in value.EnumerateObject())
            {
                var at = $"{path}.{field.Name}";
                var property = Property(type, field.Name);
                if (property is null && IsModelledWhole(path))
                {
                    findings.Add(Unknown(kind, type, field.Name, at));
                    property = Nearest(type, field.Name) is { } meant ? Property(type, meant) : null;
                }

                // What stands below a misspelt field is read as if it were spelt well, to find all at once.
                if (property is not null)
                {
                    Check(kind, FieldCatalog.TypeOf(property.PropertyType), field.Value, at, findings);
                }
            }
        }
        else if (type.Kind is JsonTypeInfoKind.Enumerable)
        {
            var index = 0;
            foreach (var item in value.EnumerateArray())
            {
                var at = string.Create(CultureInfo.InvariantCulture, $"{path}[{index++}]");
                Check(kind, FieldCatalog.TypeOf(type.ElementType!), item, at, findings);
            }
        }
        else if (type.Kind == JsonTypeInfoKind.Dictionary)
        {
            foreach (var entry in value.EnumerateObject())
            {
                Check(kind, FieldCatalog.TypeOf(type.ElementType!), entry.Value, $"{path}[{entry.Name}]", findings);
            }
        }
    }

    private static string? WhyOtherType(JsonTypeInfo type, JsonElement value)
    {
        if (type.Kind is JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary)
        {
            return value.ValueKind == JsonValueKind.Object ? null : "must be a map of fields";
        }

        if (type.Kind == JsonTypeInfoKind.Enumerable)
        {
            var example = ScalarType.IsScalar(value) ? $": write [{value.GetRawText()}]" : "";
            return value.ValueKind == JsonValueKind.Array ? null : $"must be a list{example}";
        }

        return ScalarType.WhyNot(type.Type, value);
    }

    private static Finding OfOtherType(JsonElement value, string path, string reason)
    {
        var isText = value.ValueKind == JsonValueKind.String;
        var shown =
            isText ? value.GetString()
            : ScalarType.IsScalar(value) ? value.GetRawText()
            : null;
        return new(FindingCodes.FieldOfOtherType, FindingSeverity.Error, path, shown, reason) { IsBareValue = !isText };
    }

    private static Finding Unknown(JsonTypeInfo kind, JsonTypeInfo parent, string field, string path)
    {
        var elsewhere = FieldCatalog.PathsOf(kind, field);
        string remedy;
        if (Nearest(parent, field) is { } nearest)
        {
            remedy = $"did you mean \"{nearest}\"?";
        }
        else if (elsewhere.Count > 0)
        {
            remedy = $"it belongs in {string.Join(" or ", elsewhere.Take(3))}; check the indentation";
        }
        else
        {
            remedy = $"there are {string.Join(", ", parent.Properties.Select(p => p.Name).Order(StringComparer.Ordinal))}";
        }

        return new(FindingCodes.FieldUnknown, FindingSeverity.Error, path, null, $"is not a field here: {remedy}");
    }

    /// <summary>Kubernetes 1.24 to 1.27 had a status of NetworkPolicies, which objects written there still carry; all versions ignore it.</summary>
    private static bool IsObsoleteStatus(JsonTypeInfo kind, string field) => field == "status" && kind.Type == typeof(V1NetworkPolicy);

    /// <summary>Of metadata and status the models have only what Palisade reads.</summary>
    private static bool IsModelledWhole(string path) => path.StartsWith("spec", StringComparison.Ordinal);

    private static string? Nearest(JsonTypeInfo type, string name) => EditDistance.Nearest(name, type.Properties.Select(p => p.Name));

    private static JsonPropertyInfo? Property(JsonTypeInfo type, string name) =>
        type.Properties.FirstOrDefault(p => string.Equals(p.Name, name, StringComparison.Ordinal));
}
