using Palisade.Kubernetes.Client;
using Palisade.Policy;
using Palisade.Policy.Expansion;
using Palisade.Runtime;
using Palisade.Runtime.Caching;

namespace Palisade.Agent.Cluster;

/// <summary>
/// Watches what the allowances of profiles may name: the API server, DNS and the other nodes. Only from the first profile in Audit on,
/// because what is enforced does not depend on it, and every node of a large cluster would watch it for nothing.
/// </summary>
internal sealed class EntityWatch
{
    /// <summary>Services by which the API server and DNS are found.</summary>
    public static readonly ListOptions[] Services =
    [
        new() { Namespace = "default", FieldSelector = "metadata.name=kubernetes" },
        new() { Namespace = "kube-system" },
        new() { Namespace = "openshift-dns", FieldSelector = "metadata.name=dns-default" },
    ];

    /// <summary>
    /// Their addresses. Not all of kube-system: old control planes renew their leadership in Endpoints there every two seconds. Those that
    /// somebody makes by hand, for a Service without a selector, need not have its label.
    /// </summary>
    public static readonly EndpointsSelection[] Endpoints =
    [
        new("default") { Service = "kubernetes" },
        new("kube-system") { LabelSelector = "k8s-app=kube-dns" },
        new("kube-system") { Service = "kube-dns" },
        new("kube-system") { Service = "coredns" },
    ];

    private readonly Informer<V1Node, NodeFacts> _nodes;
    private readonly Informer<V1Service>[] _services;
    private readonly EndpointsInformer[] _endpoints;
    private object[] _sources = [];
    private ClusterEntities _entities = ClusterEntities.None;
    private readonly TaskCompletionSource _needed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public EntityWatch(IKubernetesClient client, FactsPool pool, ILoggerFactory loggers, TimeProvider clock)
    {
        _nodes = new(
            client,
            new() { Project = node => NodeFacts.From(node, pool) },
            loggers.CreateLogger<Informer<V1Node, NodeFacts>>(),
            clock
        );
        _services = Array.ConvertAll(
            Services,
            selection => new Informer<V1Service>(
                client,
                new() { Selection = selection },
                loggers.CreateLogger<Informer<V1Service>>(),
                clock
            )
        );
        _endpoints = Array.ConvertAll(Endpoints, selection => new EndpointsInformer(client, selection, loggers, clock));
    }

    /// <summary>Watches that run by now.</summary>
    public IReadOnlyList<IInformer> Running => _needed.Task.IsCompleted ? All : [];

    /// <summary>Why profiles in Audit are not looked at, as far as it lies in what they may name; null when they are, or there are none.</summary>
    public string? Problem =>
        Running.FirstOrDefault(informer => !informer.HasSynced && informer.Failure is not null) is { } failing
            ? $"{failing.Kind} objects cannot be read, so DefaultDenyProfiles in Audit are left out, and all else is enforced: {failing.Failure}"
            : null;

    private IInformer[] All => [_nodes, .. _services, .. _endpoints];

    /// <summary>The cluster with its profiles in Audit; without them until all that they may name has been read.</summary>
    public ClusterSnapshot WithAudits(ClusterSnapshot cluster, IReadOnlyCollection<DefaultDenyProfile> profiles)
    {
        if (profiles.Count == 0)
        {
            return cluster;
        }
        _needed.TrySetResult();
        return All.All(informer => informer.HasSynced)
            ? cluster with
            {
                // The own node comes from its own watch, whose pod ranges the rules depend on.
                Nodes = [.. cluster.Nodes.Concat(_nodes.List()).DistinctBy(node => node.Name, StringComparer.Ordinal)],
                AuditProfiles = [.. profiles],
                Entities = Discover(cluster),
            }
            : cluster;
    }

    /// <summary>The same object as before while nothing that it depends on has changed: what is compiled depends on that.</summary>
    private ClusterEntities Discover(ClusterSnapshot cluster)
    {
        var services = _services.SelectMany(informer => informer.List()).ToArray();
        var endpoints = _endpoints.SelectMany(informer => informer.List()).ToArray();
        var homes = services.Select(service => service.Metadata.NamespaceProperty).ToHashSet(StringComparer.Ordinal);
        var namespaces = cluster.Namespaces.Where(item => homes.Contains(item.Name)).ToArray();
        object[] sources = [.. services, .. endpoints, .. namespaces];
        if (!sources.SequenceEqual(_sources, ReferenceEqualityComparer.Instance))
        {
            // While the DNS Service is replaced, what was last known of it holds on, as in the operator.
            (_sources, _entities) = (sources, ClusterEntities.Discover(services, endpoints, namespaces).KeepingDns(_entities));
        }
        return _entities;
    }

    /// <summary>Watches until cancelled, from the first profile in Audit on.</summary>
    public async Task RunAsync(Action onChanged, CancellationToken cancellationToken)
    {
        await _needed.Task.WaitAsync(cancellationToken);
        var subscriptions = Array.ConvertAll(All, informer => informer.Subscribe(_ => onChanged()));
        try
        {
            await TaskGroup.RunAsync(
                [
                    _nodes.RunAsync,
                    .. _services.Select(informer => (Func<CancellationToken, Task>)informer.RunAsync),
                    .. _endpoints.Select(informer => (Func<CancellationToken, Task>)informer.RunAsync),
                    async stop =>
                    {
                        // A list that is empty reports nothing.
                        await Task.WhenAll(All.Select(informer => informer.WaitForSyncAsync(stop)));
                        onChanged();
                        await Task.Delay(Timeout.Infinite, stop);
                    },
                ],
                cancellationToken
            );
        }
        finally
        {
            Array.ForEach(subscriptions, subscription => subscription.Dispose());
        }
    }
}
