using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Palisade.Policy.Validation;

/// <summary>The fields of the kinds, as the models that are read and written have them.</summary>
internal static class FieldCatalog
{
    private const int Unknown = int.MaxValue;

    private static readonly JsonTypeInfo[] Kinds =
    [
        ModelsJson.Contract<ClusterNetworkPolicy>(),
        ModelsJson.Contract<DefaultDenyProfile>(),
        ModelsJson.Contract<V1NetworkPolicy>(),
    ];

    private static readonly Dictionary<string, int> Ranks = RankAll();

    /// <summary>The document's kind; null when it is none of the three.</summary>
    public static JsonTypeInfo? KindOf(JsonElement document) =>
        document.ValueKind == JsonValueKind.Object ? KindOf(Text(document, "apiVersion"), Text(document, "kind")) : null;

    private static JsonTypeInfo? KindOf(string? apiVersion, string? kind) =>
        (apiVersion, kind) switch
        {
            ("networking.k8s.io/v1", "NetworkPolicy") => ModelsJson.Contract<V1NetworkPolicy>(),
            ({ } version, "ClusterNetworkPolicy") when IsOurs(version) => ModelsJson.Contract<ClusterNetworkPolicy>(),
            ({ } version, "DefaultDenyProfile") when IsOurs(version) => ModelsJson.Contract<DefaultDenyProfile>(),
            _ => null,
        };

    /// <summary>The type of a field or of a list's items.</summary>
    public static JsonTypeInfo TypeOf(Type type) => ModelsJson.Options.GetTypeInfo(type);

    /// <summary>Where the field stands among all fields of the kinds; the same name has one rank.</summary>
    public static int Rank(string field) => Ranks.GetValueOrDefault(field, Unknown);

    /// <summary>Paths below spec at which the kind has a field of this name.</summary>
    public static IReadOnlyList<string> PathsOf(JsonTypeInfo kind, string field)
    {
        var paths = new List<string>();
        Walk(
            kind,
            "",
            (path, name) =>
            {
                if (name == field && path.StartsWith("spec", StringComparison.Ordinal))
                {
                    paths.Add(path);
                }
            }
        );
        return paths;
    }

    private static string? Text(JsonElement document, string field) =>
        document.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static bool IsOurs(string apiVersion) => apiVersion.StartsWith("palisade.dev/", StringComparison.Ordinal);

    private static Dictionary<string, int> RankAll()
    {
        var ranks = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var kind in Kinds)
        {
            Walk(kind, "", (_, name) => ranks.TryAdd(name, ranks.Count));
        }

        return ranks;
    }

    private static void Walk(JsonTypeInfo type, string path, Action<string, string> visit)
    {
        if (type.Kind == JsonTypeInfoKind.Enumerable)
        {
            Walk(TypeOf(type.ElementType!), path + "[]", visit);
        }
        else if (type.Kind == JsonTypeInfoKind.Object)
        {
            foreach (var property in type.Properties)
            {
                visit(path, property.Name);
            }

            foreach (var property in type.Properties)
            {
                Walk(TypeOf(property.PropertyType), path.Length == 0 ? property.Name : $"{path}.{property.Name}", visit);
            }
        }
    }
}
