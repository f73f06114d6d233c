using System.Text.Json;
using System.Text.Json.Nodes;
using k8s;

namespace Palisade.Kubernetes.Client;

/// <summary>
/// The Kubernetes API, one method a verb. Kinds are named by their <see cref="KubernetesEntityAttribute"/>. Refusals and connection
/// failures are a <see cref="KubernetesException"/>; passing ones were retried before.
/// </summary>
public interface IKubernetesClient
{
    /// <summary>Asks the API server for its version.</summary>
    Task<KubernetesVersion> GetVersionAsync(CancellationToken cancellationToken = default);

    /// <summary>Asks the API server whether it serves a kind in the version that is used here.</summary>
    Task<bool> IsServedAsync<T>(CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Reads one object; null when there is none.</summary>
    Task<T?> GetAsync<T>(string name, string? namespaceName = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Reads all objects of a kind, page by page; starts over when the page token expires in between.</summary>
    Task<KubernetesList<T>> ListAsync<T>(ListOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Reads one page of a list.</summary>
    /// <param name="options">Which objects, and how many a page.</param>
    /// <param name="continueToken">Token from the page before; null for the first.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    Task<KubernetesList<T>> ListPageAsync<T>(ListOptions options, string? continueToken, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>
    /// Watches over one connection; ends when the API server ends it. A too old version is a <see cref="KubernetesException"/> with
    /// <see cref="KubernetesException.IsExpired"/>. Bookmarks are passed on. For a steady watch use an informer of <c>src/Runtime</c>.
    /// </summary>
    IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(
        ListOptions options,
        WatchOptions watchOptions,
        CancellationToken cancellationToken = default
    )
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Creates an object.</summary>
    Task<T> CreateAsync<T>(T entity, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Replaces an object; with a resourceVersion only if it did not change in between.</summary>
    Task<T> UpdateAsync<T>(T entity, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Replaces the status of an object; with a resourceVersion only if it did not change in between.</summary>
    Task<T> UpdateStatusAsync<T>(T entity, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Changes an object.</summary>
    /// <param name="key">Which object.</param>
    /// <param name="patch">The change.</param>
    /// <param name="subresource">Such as <c>status</c>; null for the object itself.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    Task<T> PatchAsync<T>(NamespacedName key, Patch patch, string? subresource = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Server-side apply: creates the object or makes its fields as given, and owns them (KEP-555).</summary>
    /// <param name="entity">The fields to own; leave out what others own.</param>
    /// <param name="options">Field manager, and whether to take fields from others.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    Task<T> ApplyAsync<T>(T entity, ApplyOptions options, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>As <see cref="ApplyAsync{T}"/>; of the answer only the object's uid and version are read.</summary>
    Task<ObjectVersion> ApplyForVersionAsync<T>(T entity, ApplyOptions options, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>;

    /// <summary>Deletes an object; false when there is none. An unmet precondition is a conflict.</summary>
    Task<bool> DeleteAsync<T>(NamespacedName key, V1DeleteOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>;
}

/// <summary>Which objects a list or a watch is about.</summary>
public sealed record ListOptions
{
    /// <summary>Every object of the kind.</summary>
    public static ListOptions All { get; } = new();

    /// <summary>Only this namespace; null for all.</summary>
    public string? Namespace { get; init; }

    /// <summary>Label selector in text form, such as <c>app=web,tier!=db</c>.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Field selector in text form, such as <c>metadata.name=node1</c>.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>Objects a page.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>The selection in words, such as <c>namespace=kube-system k8s-app=kube-dns</c>; empty for every object.</summary>
    public override string ToString() =>
        string.Join(' ', new[] { Namespace is null ? null : $"namespace={Namespace}", LabelSelector, FieldSelector }.OfType<string>());
}

/// <summary>From where a watch starts, and how long one connection may last.</summary>
public sealed record WatchOptions
{
    /// <summary>Version after which changes are wanted; from a list or the last event.</summary>
    public required string ResourceVersion { get; init; }

    /// <summary>After this time the API server is asked to end the watch, so that connections spread over its replicas.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>When nothing at all was received for this long, the connection is taken for dead.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(6);

    /// <summary>Called when the API server has taken the watch up; events may still be long in coming.</summary>
    public Action? OnOpened { get; init; }
}

/// <summary>How a server-side apply is done.</summary>
/// <param name="FieldManager">Name under which the fields are owned.</param>
public sealed record ApplyOptions(string FieldManager)
{
    /// <summary>Whether to take fields that another manager owns; when false that is a conflict. Controllers force (KEP-555).</summary>
    public bool Force { get; init; } = true;

    /// <summary>Whether the API server is only to say what would come of it.</summary>
    public bool DryRun { get; init; }

    /// <summary>Such as <c>status</c>; null for the object itself.</summary>
    public string? Subresource { get; init; }
}

/// <summary>A change to an object, in one of the API server's patch formats.</summary>
public sealed class Patch
{
    private Patch(string mediaType, ReadOnlyMemory<byte> content) => (MediaType, Content) = (mediaType, content);

    /// <summary>Media type that tells the API server the format.</summary>
    public string MediaType { get; }

    /// <summary>Body of the request, JSON.</summary>
    public ReadOnlyMemory<byte> Content { get; }

    /// <summary>JSON merge patch (RFC 7386): given fields replace, null removes.</summary>
    public static Patch Merge(JsonObject change) => new("application/merge-patch+json", Bytes(change));

    /// <summary>JSON patch (RFC 6902): a list of operations.</summary>
    public static Patch Json(JsonArray operations) => new("application/json-patch+json", Bytes(operations));

    /// <summary>Strategic merge patch: lists merge by key. Not for custom resources.</summary>
    public static Patch StrategicMerge(JsonObject change) => new("application/strategic-merge-patch+json", Bytes(change));

    private static byte[] Bytes(JsonNode node)
    {
        ArgumentNullException.ThrowIfNull(node);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            node.WriteTo(writer);
        }

        return stream.ToArray();
    }
}

/// <summary>One line of a watch answer.</summary>
/// <typeparam name="T">Kind that is watched.</typeparam>
public sealed class WatchEvent<T>
{
    /// <summary><c>ADDED</c>, <c>MODIFIED</c>, <c>DELETED</c>, <c>BOOKMARK</c> or <c>ERROR</c>.</summary>
    public string Type { get; set; } = "";

    /// <summary>The object as it now is (for <c>DELETED</c>, as it last was).</summary>
    public T? Object { get; set; }
}
