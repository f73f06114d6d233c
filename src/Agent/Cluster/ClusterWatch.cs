using Palisade.Kubernetes.Caching;
using Palisade.Kubernetes.Client;
using Palisade.Kubernetes.Hosting;
using Palisade.Models;
using Palisade.Policy;

namespace Palisade.Agent.Cluster;

/// <summary>Watches all that rules on this node depend on, and takes snapshots of it.</summary>
public sealed class ClusterWatch : IClusterSource
{
    private readonly Informer<V1Namespace> _namespaces;
    private readonly Informer<V1Pod> _pods;
    private readonly Informer<V1NetworkPolicy> _policies;
    private readonly Informer<V1Node> _nodes;
    private readonly ProfileWatch _profiles;
    private readonly EntityWatch _entities;
    private readonly TimeProvider _clock;

    /// <summary>Prepares the watches; nothing is read before <see cref="RunAsync"/>.</summary>
    public ClusterWatch(IKubernetesClient client, string nodeName, ILoggerFactory loggers, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(loggers);
        _clock = clock;
        var slimming = new Slimming(new StringPool());
        _namespaces = new(
            client,
            new() { Strip = slimming.Slim, IsRelevantChange = RelevantChange.OfNamespace },
            loggers.CreateLogger<Informer<V1Namespace>>(),
            clock
        );
        _pods = new(
            client,
            new() { Strip = slimming.Slim, IsRelevantChange = RelevantChange.OfPod },
            loggers.CreateLogger<Informer<V1Pod>>(),
            clock
        );
        _policies = new(
            client,
            new() { Strip = slimming.Slim, IsRelevantChange = RelevantChange.OfSpec },
            loggers.CreateLogger<Informer<V1NetworkPolicy>>(),
            clock
        );
        _nodes = new(
            client,
            new()
            {
                Selection = ClusterListing.OwnNode(nodeName),
                Strip = slimming.Slim,
                IsRelevantChange = RelevantChange.OfNode,
            },
            loggers.CreateLogger<Informer<V1Node>>(),
            clock
        );
        _profiles = new(
            client,
            new() { Strip = slimming.Slim, IsRelevantChange = RelevantChange.OfSpec },
            loggers.CreateLogger<Informer<DefaultDenyProfile>>(),
            clock
        );
        _entities = new(client, slimming, loggers, clock);
    }

    private IInformer[] Informers => [_namespaces, _pods, _policies, _nodes];

    /// <inheritdoc/>
    public IReadOnlyList<string> Unsynced =>
        [
            .. Informers.Where(informer => !informer.HasSynced).Select(informer => informer.Kind),
            .. _profiles.HasSynced ? Array.Empty<string>() : [_profiles.Kind],
        ];

    /// <summary>Time since the API server was last heard, by the watch that is silent the longest; null before all were read.</summary>
    public TimeSpan? Silence
    {
        get
        {
            var heard = Informers.Concat(_profiles.Running).Concat(_entities.Running).Min(Heard);
            return heard == DateTimeOffset.MinValue ? null : _clock.GetUtcNow() - heard;
        }
    }

    /// <inheritdoc/>
    public ClusterSnapshot Snapshot() =>
        _entities.WithAudits(
            new()
            {
                Namespaces = [.. _namespaces.List()],
                Pods = [.. _pods.List()],
                Policies = [.. _policies.List()],
                Nodes = [.. _nodes.List()],
            },
            [.. _profiles.InAudit]
        );

    /// <inheritdoc/>
    public Task WaitForSyncAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(
            Informers.Select(informer => informer.WaitForSyncAsync(cancellationToken)).Append(_profiles.WaitForSyncAsync(cancellationToken))
        );

    /// <summary>Watches until cancelled, and marks the signal whenever something changed.</summary>
    public async Task RunAsync(DirtySignal signal, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(signal);
        IDisposable[] subscriptions =
        [
            .. Informers.Select(informer => informer.Subscribe(_ => signal.Mark())),
            _profiles.Subscribe(signal.Mark),
        ];
        try
        {
            await TaskGroup.RunAsync(
                [
                    _namespaces.RunAsync,
                    _pods.RunAsync,
                    _policies.RunAsync,
                    _nodes.RunAsync,
                    _profiles.RunAsync,
                    stop => _entities.RunAsync(signal.Mark, stop),
                ],
                cancellationToken
            );
        }
        finally
        {
            Array.ForEach(subscriptions, subscription => subscription.Dispose());
        }
    }

    private static DateTimeOffset Heard(IInformer informer) => informer.LastActivity ?? DateTimeOffset.MinValue;
}
