using Palisade.Kubernetes.Client;
using Palisade.Policy;
using Palisade.Runtime;
using Palisade.Runtime.Caching;

namespace Palisade.Agent.Cluster;

/// <summary>Watches all that rules on this node depend on, and takes snapshots of it.</summary>
public sealed class ClusterWatch : IClusterSource
{
    /// <summary>
    /// Longest time that nothing comes of a kind while all is well: a watch that is silent is resumed after two bookmarks and some, and that it is
    /// taken up is a sign of life too.
    /// </summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(3);

    /// <summary>How much longer than for all else profiles are waited for: with them the first rules need not be written twice.</summary>
    private static readonly TimeSpan OptionalWait = TimeSpan.FromSeconds(5);

    private readonly Informer<V1Namespace, NamespaceFacts> _namespaces;
    private readonly Informer<V1Pod, PodFacts> _pods;
    private readonly Informer<V1NetworkPolicy, PolicyFacts> _policies;
    private readonly Informer<V1Node, NodeFacts> _nodes;
    private readonly ProfileWatch _profiles;
    private readonly EntityWatch _entities;
    private readonly TimeProvider _clock;

    /// <summary>Prepares the watches; nothing is read before <see cref="RunAsync"/>.</summary>
    public ClusterWatch(IKubernetesClient client, string nodeName, ILoggerFactory loggers, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(loggers);
        _clock = clock;
        var pool = new FactsPool();
        _namespaces = new(
            client,
            new() { Project = item => NamespaceFacts.From(item, pool) },
            loggers.CreateLogger<Informer<V1Namespace, NamespaceFacts>>(),
            clock
        );
        _pods = new(client, new() { Project = pod => PodFacts.From(pod, pool) }, loggers.CreateLogger<Informer<V1Pod, PodFacts>>(), clock);
        _policies = new(
            client,
            new() { Project = policy => PolicyFacts.From(policy, pool) },
            loggers.CreateLogger<Informer<V1NetworkPolicy, PolicyFacts>>(),
            clock
        );
        _nodes = new(
            client,
            new() { Selection = ClusterListing.OwnNode(nodeName), Project = NodeFacts.From },
            loggers.CreateLogger<Informer<V1Node, NodeFacts>>(),
            clock
        );
        _profiles = new(client, loggers.CreateLogger<Informer<DefaultDenyProfile>>(), clock);
        _entities = new(client, pool, loggers, clock);
    }

    // Without any of these the rules would be wrong. The own node is one of them: what happens to pods that are not known yet hangs on its ranges.
    private IInformer[] Essentials => [_namespaces, _pods, _policies, _nodes];

    private IEnumerable<IInformer> Running => Essentials.Concat(_profiles.Running).Concat(_entities.Running);

    /// <inheritdoc/>
    public IReadOnlyList<string> Unsynced =>
        [
            .. Essentials
                .Where(informer => !informer.HasSynced)
                .Select(informer => informer.Failure is { } reason ? $"{informer.Kind} ({reason})" : informer.Kind),
        ];

    /// <inheritdoc/>
    public string? AuditProblem => _profiles.Problem ?? _entities.Problem;

    /// <inheritdoc/>
    public string? AgeProblem
    {
        get
        {
            var oldest = _clock.GetUtcNow() - MaxAge;
            string[] kinds =
            [
                .. Running
                    .Where(informer => informer.HasSynced && LastActivityOf(informer) < oldest)
                    .Select(informer => informer.Kind)
                    .Distinct(StringComparer.Ordinal),
            ];
            return kinds.Length == 0
                ? null
                : $"nothing came from the API server about {string.Join(", ", kinds)} objects for more than {MaxAge.TotalMinutes} min; "
                    + "the rules are as the cluster was then";
        }
    }

    /// <summary>Time since the API server was last heard, by the watch that is silent the longest; null before all were read.</summary>
    public TimeSpan? TimeSinceLastEvent
    {
        get
        {
            var heard = Running.Min(LastActivityOf);
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
    public async Task WaitForSyncAsync(CancellationToken cancellationToken)
    {
        await Task.WhenAll(Essentials.Select(informer => informer.WaitForSyncAsync(cancellationToken)));
        await Task.WhenAny(_profiles.WaitForFirstAttemptAsync(cancellationToken), Task.Delay(OptionalWait, _clock, cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>Watches until cancelled, and marks the signal whenever something changed.</summary>
    public async Task RunAsync(DirtySignal signal, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(signal);
        IDisposable[] subscriptions =
        [
            .. Essentials.Select(informer => informer.Subscribe(_ => signal.Mark())),
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

    private static DateTimeOffset LastActivityOf(IInformer informer) => informer.LastActivity ?? DateTimeOffset.MinValue;
}

/// <summary>Where the loop has its picture of the cluster from: the API server's watches, or a test.</summary>
public interface IClusterSource
{
    /// <summary>Kinds that have not been read completely yet, each with the reason as far as it is known; nothing may be written before there is none.</summary>
    IReadOnlyList<string> Unsynced { get; }

    /// <summary>Why profiles in Audit are not looked at, while all else is enforced; null when they are, or there are none.</summary>
    string? AuditProblem { get; }

    /// <summary>What has not been heard of for too long; null while the picture is up to date. The same text for as long as it is the same kinds.</summary>
    string? AgeProblem { get; }

    /// <summary>Waits until all kinds have been read completely.</summary>
    Task WaitForSyncAsync(CancellationToken cancellationToken);

    /// <summary>What is known of the cluster now.</summary>
    ClusterSnapshot Snapshot();
}
