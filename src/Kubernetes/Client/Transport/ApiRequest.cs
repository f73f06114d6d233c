using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json.Serialization.Metadata;
using k8s;

namespace Palisade.Kubernetes.Client.Transport;

/// <summary>A request to the API server that can be sent more than once.</summary>
internal sealed record ApiRequest
{
    /// <summary>Media type of JSON.</summary>
    public const string Json = "application/json";

    /// <summary>Where a message keeps the request that it was made from.</summary>
    public static readonly HttpRequestOptionsKey<ApiRequest> Key = new("palisade.request");

    /// <summary>Kubernetes verb, for metrics.</summary>
    public required string Verb { get; init; }

    public required HttpMethod Method { get; init; }

    /// <summary>Path and query, without a leading slash.</summary>
    public required string Path { get; init; }

    /// <summary>Plural of the kind, for metrics.</summary>
    public required string Resource { get; init; }

    /// <summary>Body; null for none.</summary>
    public ReadOnlyMemory<byte>? Body { get; init; }

    public string MediaType { get; init; } = Json;

    /// <summary>Whether the request may be sent again when it is not known what became of it.</summary>
    public bool IsIdempotent { get; init; } = true;

    public static string WithQuery(string path, params ReadOnlySpan<(string Name, string? Value)> query)
    {
        var text = new StringBuilder(path);
        var separator = '?';
        foreach (var (name, value) in query)
        {
            if (!string.IsNullOrEmpty(value))
            {
                text.Append(separator).Append(name).Append('=').Append(Uri.EscapeDataString(value));
                separator = '&';
            }
        }

        return text.ToString();
    }

    public static string Number(double number) => number.ToString("0", CultureInfo.InvariantCulture);

    public HttpRequestMessage ToMessage(Uri server)
    {
        var message = new HttpRequestMessage(Method, new Uri(server, Path))
        {
            Version = System.Net.HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        message.Headers.TryAddWithoutValidation("Accept", Json); // parsing it would be work for each request
        message.Options.Set(Key, this);
        if (Body is { } body)
        {
            message.Content = new ReadOnlyMemoryContent(body);
            message.Content.Headers.ContentType = new(MediaType);
        }

        return message;
    }
}

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
