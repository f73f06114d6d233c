using System.Reflection;
using System.Text.Json.Serialization.Metadata;
using k8s;

namespace Palisade.Kubernetes.Client.Transport;

/// <summary>How the API server serves a kind, and how its objects are read and written without reflection.</summary>
/// <typeparam name="T">The kind.</typeparam>
internal static class Resource<T>
    where T : class, IKubernetesObject<V1ObjectMeta>
{
    private static readonly KubernetesEntityAttribute Entity =
        typeof(T).GetCustomAttribute<KubernetesEntityAttribute>()
        ?? throw new InvalidOperationException($"{typeof(T).Name} lacks [KubernetesEntity]");

    /// <summary>Path of the kind's group and version; what it serves is listed there.</summary>
    public static string Base { get; } = Entity.Group.Length == 0 ? $"api/{Entity.ApiVersion}" : $"apis/{Entity.Group}/{Entity.ApiVersion}";

    public static string Kind => Entity.Kind;

    public static string Plural => Entity.PluralName;

    public static JsonTypeInfo<T> Json { get; } = ModelsJson.Contract<T>();

    public static JsonTypeInfo<KubernetesList<T>> ListJson { get; } = ModelsJson.ListContract<T>();

    /// <summary>Path of all objects, or of those of a namespace.</summary>
    public static string CollectionPath(string? namespaceName) =>
        namespaceName is null ? $"{Base}/{Plural}" : $"{Base}/namespaces/{Uri.EscapeDataString(namespaceName)}/{Plural}";

    /// <summary>Path of one object, or of a subresource of it.</summary>
    public static string Path(NamespacedName key, string? subresource = null)
    {
        // An empty name would make it the path of all objects, and a deletion one of everything.
        ArgumentException.ThrowIfNullOrEmpty(key.Name, nameof(key));
        var path = $"{CollectionPath(key.Namespace)}/{Uri.EscapeDataString(key.Name)}";
        return subresource is null ? path : $"{path}/{subresource}";
    }
}
