using System.Text.Json;
using Microsoft.Extensions.Logging;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;

namespace Palisade.Runtime.Caching;

/// <summary>Which Services' addresses are watched, in a namespace: the one of a name, or those that have a label, which their addresses have too.</summary>
public sealed record EndpointsSelection(string Namespace)
{
    /// <summary>Name of the Service; null for any.</summary>
    public string? Service { get; init; }

    /// <summary>Labels, such as <c>k8s-app=kube-dns</c>; null for any.</summary>
    public string? LabelSelector { get; init; }

    internal ListOptions Endpoints =>
        new()
        {
            Namespace = Namespace,
            FieldSelector = Service is null ? null : $"metadata.name={Service}",
            LabelSelector = LabelSelector,
        };

    internal ListOptions Slices =>
        new() { Namespace = Namespace, LabelSelector = Service is null ? LabelSelector : $"{EndpointSlices.ServiceLabel}={Service}" };
}

/// <summary>
/// The addresses behind Services, kept up to date by a watch of EndpointSlices where the API server serves them, and of Endpoints where it does not.
/// Which it serves is asked before the first list, and again from time to time: it may be upgraded. What is known stays until the other kind has been
/// read.
/// </summary>
public sealed partial class EndpointsInformer : IInformer, IHealthSource
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly IKubernetesClient _client;
    private readonly EndpointsSelection _selection;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly TimeProvider _timeProvider;
    private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Action<NamespacedName>? _subscribers;
    private volatile string? _failure;
    private volatile Source? _running;
    private volatile Source? _published;

    /// <summary>Makes an informer; nothing is read before <see cref="RunAsync"/>.</summary>
    public EndpointsInformer(
        IKubernetesClient client,
        EndpointsSelection selection,
        ILoggerFactory loggers,
        TimeProvider? timeProvider = null
    )
    {
        (_client, _selection, _loggers) = (client, selection, loggers);
        _logger = loggers.CreateLogger<EndpointsInformer>();
        _timeProvider = timeProvider ?? TimeProvider.System;
    }

    /// <inheritdoc/>
    public string Kind => _running?.Informer.Kind ?? "Endpoints";

    /// <inheritdoc/>
    public bool HasSynced => _synced.Task.IsCompleted;

    /// <inheritdoc/>
    public DateTimeOffset? LastActivity => _running?.Informer.LastActivity ?? _published?.Informer.LastActivity;

    /// <inheritdoc/>
    public string? Failure => _running is { } running ? running.Informer.Failure : _failure;

    string IHealthSource.Name => $"informer-endpoints {_selection.Endpoints}";

    /// <summary>Reads such addresses once.</summary>
    public static async Task<IReadOnlyList<V1Endpoints>> ReadAsync(
        IKubernetesClient client,
        IEnumerable<EndpointsSelection> selections,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(client);
        if (await client.IsServedAsync<V1EndpointSlice>(cancellationToken))
        {
            var slices = await Task.WhenAll(selections.Select(which => client.ListAsync<V1EndpointSlice>(which.Slices, cancellationToken)));
            return EndpointSlices.ToEndpoints(slices.SelectMany(list => list.Items));
        }

        var endpoints = await Task.WhenAll(selections.Select(which => client.ListAsync<V1Endpoints>(which.Endpoints, cancellationToken)));
        return [.. endpoints.SelectMany(list => list.Items)];
    }

    /// <summary>Lists and watches until cancelled; failures are logged and retried with backoff.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var source = await IsServedAsync(cancellationToken) ? WatchSlices() : WatchEndpoints();
            _running = source;
            await TaskGroup.RunAsync(
                [source.Run, token => PublishAsync(source, token), token => WaitForOtherKindAsync(source, token)],
                cancellationToken
            );
        }
    }

    /// <inheritdoc/>
    public Task WaitForSyncAsync(CancellationToken cancellationToken) => _synced.Task.WaitAsync(cancellationToken);

    /// <summary>The Endpoints at one moment, those made of EndpointSlices too; the same objects until something changes.</summary>
    public IReadOnlyList<V1Endpoints> List() => _published?.List() ?? [];

    /// <inheritdoc/>
    public IDisposable Subscribe(Action<NamespacedName> onChanged)
    {
        ArgumentNullException.ThrowIfNull(onChanged);
        lock (_gate)
        {
            _subscribers += onChanged;
        }

        return new Subscription(() =>
        {
            lock (_gate)
            {
                _subscribers -= onChanged;
            }
        });
    }

    /// <summary>Healthy once the cache has held a complete list.</summary>
    HealthReport IHealthSource.Check() => HasSynced ? HealthReport.Healthy : HealthReport.Unhealthy($"{Kind} objects are not all read yet");

    private async Task<bool> IsServedAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                var isServed = await _client.IsServedAsync<V1EndpointSlice>(cancellationToken);
                _failure = null;
                return isServed;
            }
            catch (KubernetesException failure)
            {
                if (_failure is null)
                {
                    LogUnknown(failure.Message);
                }

                _failure = failure.Message;
            }

            await Task.Delay(RetryDelay, _timeProvider, cancellationToken);
        }
    }

    /// <summary>Ends when the API server serves the other kind.</summary>
    private async Task WaitForOtherKindAsync(Source source, CancellationToken cancellationToken)
    {
        do
        {
            await Task.Delay(Period, _timeProvider, cancellationToken);
        } while (await IsServedAsync(cancellationToken) == source.IsOfSlices);

        LogOtherKind(source.IsOfSlices ? "Endpoints" : "EndpointSlice");
    }

    private async Task PublishAsync(Source source, CancellationToken cancellationToken)
    {
        using var subscription = source.Informer.Subscribe(key => _subscribers?.Invoke(key));
        await source.Informer.WaitForSyncAsync(cancellationToken);
        var before = List();
        _published = source;
        _synced.TrySetResult();
        // Also of Services that have no addresses any more.
        foreach (var endpoints in before.Concat(List()))
        {
            _subscribers?.Invoke(NamespacedName.From(endpoints));
        }

        await Task.Delay(Timeout.Infinite, cancellationToken);
    }

    private Source WatchEndpoints()
    {
        var informer = Watch<V1Endpoints>(_selection.Endpoints, (old, now) => HaveSameAddresses(old, now));
        return new(false, informer, informer.RunAsync, informer.List);
    }

    private Source WatchSlices()
    {
        var informer = Watch<V1EndpointSlice>(
            _selection.Slices,
            (old, now) =>
                EndpointSlices.ToEndpoints([old]) is [var before]
                && EndpointSlices.ToEndpoints([now]) is [var after]
                && HaveSameAddresses(before, after)
        );
        (IReadOnlyList<V1EndpointSlice> Slices, IReadOnlyList<V1Endpoints> Merged) last = ([], []);
        return new(true, informer, informer.RunAsync, List);

        IReadOnlyList<V1Endpoints> List()
        {
            lock (_gate)
            {
                var slices = informer.List();
                last = ReferenceEquals(slices, last.Slices) ? last : (slices, EndpointSlices.ToEndpoints(slices));
                return last.Merged;
            }
        }
    }

    private Informer<T> Watch<T>(ListOptions selection, Func<T, T, bool> isSame)
        where T : class, k8s.IKubernetesObject<V1ObjectMeta> =>
        new(
            _client,
            new()
            {
                Selection = selection,
                Strip = entity => entity.Metadata.Annotations = null,
                IsRelevantChange = (old, now) => !isSame(old, now),
            },
            _loggers.CreateLogger<Informer<T>>(),
            _timeProvider
        );

    private static bool HaveSameAddresses(V1Endpoints one, V1Endpoints other) =>
        one.Metadata.Name == other.Metadata.Name && Bytes(one).AsSpan().SequenceEqual(Bytes(other));

    private static byte[] Bytes(V1Endpoints endpoints) =>
        JsonSerializer.SerializeToUtf8Bytes(endpoints.Subsets ?? [], ModelsJson.Contract<IList<V1EndpointSubset>>());

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Cannot ask the API server whether it serves EndpointSlices: {Failure}; trying again"
    )]
    private partial void LogUnknown(string failure);

    [LoggerMessage(Level = LogLevel.Information, Message = "The API server was changed: {Kind} objects are read from now on")]
    private partial void LogOtherKind(string kind);

    /// <summary>A watch of one of the two kinds.</summary>
    private sealed record Source(
        bool IsOfSlices,
        IInformer Informer,
        Func<CancellationToken, Task> Run,
        Func<IReadOnlyList<V1Endpoints>> List
    );

    private sealed class Subscription(Action end) : IDisposable
    {
        public void Dispose() => end();
    }
}
