using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Palisade.Policy.Shapes;

namespace Palisade.Policy.Validation;

/// <summary>
/// Findings of fields that a document has and its kind does not, and of values of another type. The API server drops or refuses them before
/// admission sees the object: a misspelt <c>except</c> would silently widen a policy.
/// </summary>
public static class ShapeFindings
{
    /// <summary>Annotation in which <c>kubectl apply</c> keeps what the user wrote.</summary>
    public const string LastAppliedAnnotation = "kubectl.kubernetes.io/last-applied-configuration";

    /// <summary>Findings of a document of one of the three kinds, as the user wrote it; none for other kinds.</summary>
    public static IReadOnlyList<Finding> Find(JsonElement document) =>
        ModelOf(document) is { } model ? DocumentOrder.Sort([.. ShapeReader.Check(document, model, ShapeOptions.Strict).Select(From)]) : [];

    /// <summary>Findings of the annotation of <c>kubectl apply</c>; none when it is absent or not JSON.</summary>
    public static IReadOnlyList<Finding> FindInLastApplied(IDictionary<string, string>? annotations)
    {
        // Anyone may write the annotation; one that is not JSON says nothing about the object.
        if (
            annotations is null
            || !annotations.TryGetValue(LastAppliedAnnotation, out var json)
            || !StrictJson.TryParse(Encoding.UTF8.GetBytes(json), out var document, out _)
        )
        {
            return [];
        }

        using (document)
        {
            return Find(document.RootElement);
        }
    }

    /// <summary>The finding of a fault.</summary>
    public static Finding From(ShapeFault fault)
    {
        ArgumentNullException.ThrowIfNull(fault);
        var code = fault.IsUnknownField ? FindingCodes.FieldUnknown : FindingCodes.FieldOfOtherType;
        return new(code, FindingSeverity.Error, fault.Field, fault.Value, fault.Message) { IsBareValue = !fault.IsString };
    }

    /// <summary>The model of the document's kind; null when it is none of the three.</summary>
    internal static JsonTypeInfo? ModelOf(JsonElement document) =>
        document.ValueKind == JsonValueKind.Object
            ? (Text(document, "apiVersion"), Text(document, "kind")) switch
            {
                ("networking.k8s.io/v1", "NetworkPolicy") => ModelsJson.Contract<V1NetworkPolicy>(),
                ({ } version, "ClusterNetworkPolicy") when IsOurs(version) => ModelsJson.Contract<ClusterNetworkPolicy>(),
                ({ } version, "DefaultDenyProfile") when IsOurs(version) => ModelsJson.Contract<DefaultDenyProfile>(),
                _ => null,
            }
            : null;

    private static string? Text(JsonElement document, string field) =>
        document.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool IsOurs(string apiVersion) => apiVersion.StartsWith("palisade.dev/", StringComparison.Ordinal);
}
