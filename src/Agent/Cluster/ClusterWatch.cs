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

    /// <summary>Prepares the watches; nothing is read before <see cref="RunAsync"/>.</summary>
    public ClusterWatch(IKubernetesClient client, string nodeName, ILoggerFactory loggers, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(loggers);
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
    }

    private IInformer[] Informers => [_namespaces, _pods, _policies, _nodes];

    /// <inheritdoc/>
    public IReadOnlyList<string> Unsynced =>
        [
            .. Informers.Where(informer => !informer.HasSynced).Select(informer => informer.Kind),
            .. _profiles.HasSynced ? Array.Empty<string>() : [_profiles.Kind],
        ];

    /// <inheritdoc/>
    public ClusterSnapshot Snapshot() =>
        new()
        {
            Namespaces = [.. _namespaces.List()],
            Pods = [.. _pods.List()],
            Policies = [.. _policies.List()],
            Nodes = [.. _nodes.List()],
            AuditProfiles = [.. _profiles.InAudit],
        };

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
                [_namespaces.RunAsync, _pods.RunAsync, _policies.RunAsync, _nodes.RunAsync, _profiles.RunAsync],
                cancellationToken
            );
        }
        finally
        {
            Array.ForEach(subscriptions, subscription => subscription.Dispose());
        }
    }
}
