using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using k8s;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Palisade.Kubernetes.Client.Transport;

namespace Palisade.Kubernetes.Client;

/// <summary>The Kubernetes API over HTTP.</summary>
public sealed class KubernetesClient : IKubernetesClient, IDisposable
{
    // A page token lives for minutes; a list that takes longer never completes.
    private const int MaxListRestarts = 3;

    private readonly ApiTransport _transport;
    private readonly TimeProvider _timeProvider;

    /// <summary>Makes a client; nothing is connected yet.</summary>
    public KubernetesClient(ClientOptions options, ILoggerFactory? loggerFactory = null, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        Options = options;
        _timeProvider = timeProvider ?? TimeProvider.System;
        var logger = (loggerFactory ?? NullLoggerFactory.Instance).CreateLogger<KubernetesClient>();
        _transport = new ApiTransport(options, logger, _timeProvider);
    }

    /// <summary>The options that the client was made with.</summary>
    public ClientOptions Options { get; }

    /// <summary>Whether the API server answered the last request.</summary>
    public IHealthSource Health => _transport.Reachability;

    /// <inheritdoc/>
    public Task<KubernetesVersion> GetVersionAsync(CancellationToken cancellationToken = default) =>
        DiscoverAsync(
            "version",
            answer =>
                KubernetesVersion.TryParse(answer["gitVersion"]?.ToString(), out var version)
                    ? version
                    : throw new JsonException("the answer has no gitVersion"),
            cancellationToken
        );

    /// <inheritdoc/>
    public async Task<bool> IsServedAsync<T>(CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        try
        {
            return await DiscoverAsync(
                Resource<T>.Base,
                answer =>
                    answer["resources"] is JsonArray kinds
                        ? kinds.Any(kind => (kind as JsonObject)?["name"]?.ToString() == Resource<T>.Plural)
                        : throw new JsonException("the answer has no resources"),
                cancellationToken
            );
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public async Task<T?> GetAsync<T>(string name, string? namespaceName = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var request = Request<T>("get", HttpMethod.Get, Resource<T>.Path(new NamespacedName(namespaceName, name)));
        try
        {
            return await SendAsync<T>(request, cancellationToken);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public async Task<KubernetesList<T>> ListAsync<T>(ListOptions? options = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        for (var restarts = 0; ; restarts++)
        {
            try
            {
                return await ListAllPagesAsync<T>(options ?? ListOptions.All, cancellationToken);
            }
            catch (KubernetesException e) when (e.IsExpired && restarts < MaxListRestarts)
            {
                // The page token expired: what was read so far is of an older state than the rest would be.
            }
        }
    }

    /// <inheritdoc/>
    public Task<KubernetesList<T>> ListPageAsync<T>(
        ListOptions options,
        string? continueToken,
        CancellationToken cancellationToken = default
    )
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        ArgumentNullException.ThrowIfNull(options);
        // No resourceVersion: what etcd holds now. A list out of the API server's cache (version 0) would be cheaper, and might be of a state
        // before the one that this program knew when it was restarted: a firewall must not go back in time.
        var path = ApiRequest.WithQuery(
            Resource<T>.CollectionPath(options.Namespace),
            ("labelSelector", options.LabelSelector),
            ("fieldSelector", options.FieldSelector),
            ("limit", ApiRequest.Number(options.PageSize)),
            ("continue", continueToken)
        );
        return _transport.SendAsync(
            Request<T>("list", HttpMethod.Get, path),
            (content, token) => ReadAsync(content, Resource<T>.ListJson, token),
            cancellationToken
        );
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<WatchEvent<T>> WatchAsync<T>(
        ListOptions options,
        WatchOptions watchOptions,
        [EnumeratorCancellation] CancellationToken cancellationToken = default
    )
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(watchOptions);
        var path = ApiRequest.WithQuery(
            Resource<T>.CollectionPath(options.Namespace),
            ("watch", "true"),
            ("allowWatchBookmarks", "true"),
            ("labelSelector", options.LabelSelector),
            ("fieldSelector", options.FieldSelector),
            ("resourceVersion", watchOptions.ResourceVersion),
            ("timeoutSeconds", ApiRequest.Number(watchOptions.Timeout.TotalSeconds))
        );
        var request = Request<T>("watch", HttpMethod.Get, path);
        using var response = await _transport.OpenAsync(request, cancellationToken);
        watchOptions.OnOpened?.Invoke();
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var reader = new WatchReader<T>(stream, watchOptions.IdleTimeout, _transport.Unreachable, _timeProvider);
        await foreach (var change in reader.ReadAllAsync(cancellationToken))
        {
            yield return change;
        }
    }

    /// <inheritdoc/>
    public Task<T> CreateAsync<T>(T entity, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        ArgumentNullException.ThrowIfNull(entity);
        var path = Resource<T>.CollectionPath(entity.Metadata.NamespaceProperty);
        var request = Request<T>("create", HttpMethod.Post, path) with { Body = Write(entity), IsIdempotent = false };
        return SendAsync<T>(request, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<T> UpdateAsync<T>(T entity, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta> => UpdateAsync(entity, null, cancellationToken);

    /// <inheritdoc/>
    public Task<T> UpdateStatusAsync<T>(T entity, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta> => UpdateAsync(entity, "status", cancellationToken);

    /// <inheritdoc/>
    public Task<T> PatchAsync<T>(NamespacedName key, Patch patch, string? subresource = null, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        ArgumentNullException.ThrowIfNull(patch);
        var request = Request<T>("patch", HttpMethod.Patch, Resource<T>.Path(key, subresource)) with
        {
            Body = patch.Content,
            MediaType = patch.MediaType,
            IsIdempotent = false,
        };
        return SendAsync<T>(request, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<T> ApplyAsync<T>(T entity, ApplyOptions options, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta> => SendAsync<T>(ApplyRequest(entity, options), cancellationToken);

    /// <inheritdoc/>
    public Task<ObjectVersion> ApplyForVersionAsync<T>(T entity, ApplyOptions options, CancellationToken cancellationToken = default)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        _transport.SendAsync(
            ApplyRequest(entity, options),
            async (content, token) => (await ReadAsync(content, WriteAnswerJson.Default.WriteAnswer, token)).Metadata,
            cancellationToken
        );

    /// <inheritdoc/>
    public async Task<bool> DeleteAsync<T>(
        NamespacedName key,
        V1DeleteOptions? options = null,
        CancellationToken cancellationToken = default
    )
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var request = Request<T>("delete", HttpMethod.Delete, Resource<T>.Path(key)) with
        {
            Body = JsonSerializer.SerializeToUtf8Bytes(options ?? new V1DeleteOptions(), ModelsJson.Contract<V1DeleteOptions>()),
        };
        try
        {
            // The answer is a Status or the object as it last was; nobody needs it.
            return await _transport.SendAsync(request, (_, _) => Task.FromResult(true), cancellationToken);
        }
        catch (KubernetesException e) when (e.IsNotFound)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _transport.Dispose();

    private static ApiRequest Request<T>(string verb, HttpMethod method, string path)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        new()
        {
            Verb = verb,
            Method = method,
            Path = path,
            Resource = Resource<T>.Plural,
        };

    private static ApiRequest ApplyRequest<T>(T entity, ApplyOptions options)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        ArgumentNullException.ThrowIfNull(entity);
        ArgumentNullException.ThrowIfNull(options);
        var path = ApiRequest.WithQuery(
            Resource<T>.Path(NamespacedName.From(entity), options.Subresource),
            ("fieldManager", options.FieldManager),
            ("force", options.Force ? "true" : "false"),
            ("dryRun", options.DryRun ? "All" : null)
        );
        // JSON is YAML; the media type is what makes the patch an apply.
        return Request<T>("apply", HttpMethod.Patch, path) with { Body = Write(entity), MediaType = "application/apply-patch+yaml" };
    }

    private static byte[] Write<T>(T entity)
        where T : class, IKubernetesObject<V1ObjectMeta> => JsonSerializer.SerializeToUtf8Bytes(entity, Resource<T>.Json);

    private Task<T> UpdateAsync<T>(T entity, string? subresource, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        ArgumentNullException.ThrowIfNull(entity);
        if (!ModelsJson.IsWhole<T>())
        {
            throw new NotSupportedException($"{Resource<T>.Kind} is read in part, and an update would delete the rest: patch or apply it");
        }

        var path = Resource<T>.Path(NamespacedName.From(entity), subresource);
        return SendAsync<T>(Request<T>("update", HttpMethod.Put, path) with { Body = Write(entity) }, cancellationToken);
    }

    private async Task<KubernetesList<T>> ListAllPagesAsync<T>(ListOptions options, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var all = await ListPageAsync<T>(options, null, cancellationToken);
        while (all.Metadata.ContinueProperty is { Length: > 0 } token)
        {
            var page = await ListPageAsync<T>(options, token, cancellationToken);
            all.Metadata = page.Metadata;
            foreach (var item in page.Items)
            {
                all.Items.Add(item);
            }
        }

        return all;
    }

    private Task<TResult> DiscoverAsync<TResult>(string path, Func<JsonObject, TResult> read, CancellationToken cancellationToken) =>
        _transport.SendAsync(
            new()
            {
                Verb = "get",
                Method = HttpMethod.Get,
                Path = path,
                Resource = "discovery",
            },
            async (content, token) =>
            {
                await using var stream = await content.ReadAsStreamAsync(token);
                return await JsonNode.ParseAsync(stream, cancellationToken: token) is JsonObject answer
                    ? read(answer)
                    : throw new JsonException("the answer is not an object");
            },
            cancellationToken
        );

    private Task<T> SendAsync<T>(ApiRequest request, CancellationToken cancellationToken)
        where T : class, IKubernetesObject<V1ObjectMeta> =>
        _transport.SendAsync(request, (content, token) => ReadAsync(content, Resource<T>.Json, token), cancellationToken);

    private static async Task<TResult> ReadAsync<TResult>(
        HttpContent content,
        JsonTypeInfo<TResult> json,
        CancellationToken cancellationToken
    )
    {
        await using var stream = await content.ReadAsStreamAsync(cancellationToken);
        return await JsonSerializer.DeserializeAsync(stream, json, cancellationToken) ?? throw new JsonException("the answer is null");
    }
}
