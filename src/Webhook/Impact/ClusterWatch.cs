using Palisade.Kubernetes.Client;
using Palisade.Policy;
using Palisade.Policy.Net;
using Palisade.Policy.Validation;
using Palisade.Runtime;
using Palisade.Runtime.Caching;
using Palisade.Webhook.Hosting;

namespace Palisade.Webhook.Impact;

/// <summary>
/// One attempt at watching namespaces, pods and NetworkPolicies, within a budget of memory. What changed is gathered beside the requests, so
/// that they see the cluster as it was a moment ago.
/// </summary>
internal sealed class ClusterWatch
{
    /// <summary>How often the cluster is gathered at most: with many pods it takes a while.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly WebhookOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly Informer<V1Namespace, NamespaceFacts> _namespaces;
    private readonly Informer<V1Pod, PodFacts> _pods;
    private readonly Informer<V1NetworkPolicy, PolicyFacts> _policies;
    private int _version;

    /// <summary>Makes a watch; nothing is read before <see cref="RunAsync"/>.</summary>
    public ClusterWatch(IKubernetesClient client, WebhookOptions options, ILoggerFactory loggers, TimeProvider timeProvider)
    {
        (_options, _timeProvider) = (options, timeProvider);
        var pool = new FactsPool();
        var budget = new CacheBudget(options.ImpactMaxObjects);
        _namespaces = new(
            client,
            new()
            {
                Project = item => NamespaceFacts.From(item, pool),
                Budget = budget,
                Weight = WatchedObject.Weigh,
            },
            loggers.CreateLogger<Informer<V1Namespace, NamespaceFacts>>(),
            timeProvider
        );
        _pods = new(
            client,
            new()
            {
                Project = pod => PodFacts.From(pod, pool),
                Budget = budget,
                Weight = WatchedObject.Weigh,
            },
            loggers.CreateLogger<Informer<V1Pod, PodFacts>>(),
            timeProvider
        );
        _policies = new(
            client,
            new()
            {
                // A page is in memory before it is stripped, and a NetworkPolicy can be of a megabyte.
                Selection = new() { PageSize = 50 },
                Project = WatchedObject.Read,
                Budget = budget,
                Weight = WatchedObject.Weigh,
            },
            loggers.CreateLogger<Informer<V1NetworkPolicy, PolicyFacts>>(),
            timeProvider
        );
    }

    private IInformer[] Informers => [_namespaces, _pods, _policies];

    /// <summary>Watches until it is cancelled or fails.</summary>
    /// <param name="publish">Takes the cluster whenever it changed.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="CacheBudgetException">There are more objects than <see cref="WebhookOptions.ImpactMaxObjects"/>.</exception>
    public async Task RunAsync(Action<ClusterFacts> publish, CancellationToken cancellationToken)
    {
        var subscriptions = Informers.Select(informer => informer.Subscribe(_ => Interlocked.Increment(ref _version))).ToList();
        try
        {
            await TaskGroup.RunAsync(
                [_namespaces.RunAsync, _pods.RunAsync, _policies.RunAsync, token => GatherAsync(publish, token)],
                cancellationToken
            );
        }
        finally
        {
            subscriptions.ForEach(subscription => subscription.Dispose());
        }
    }

    private async Task GatherAsync(Action<ClusterFacts> publish, CancellationToken cancellationToken)
    {
        await Task.WhenAll(Informers.Select(informer => informer.WaitForSyncAsync(cancellationToken)));
        using var timer = new PeriodicTimer(Period, _timeProvider);
        int? gathered = null;
        do
        {
            var version = Volatile.Read(ref _version);
            if (version != gathered)
            {
                var isFirst = gathered is null;
                publish(Gather());
                gathered = version;
                if (isFirst)
                {
                    // What the caches were filled from is garbage now; gen 2 may otherwise not be collected for hours.
                    GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
                }
            }
        } while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private ClusterFacts Gather()
    {
        var pods = _pods.List();
        return new()
        {
            Snapshot = new ClusterSnapshot
            {
                Namespaces = [.. _namespaces.List()],
                Pods = [.. pods],
                Policies = [.. _policies.List()],
            },
            PodRanges = CidrSet.From(pods.Where(pod => pod.IsSelectable).SelectMany(pod => pod.Addresses).Select(Cidr.Single)),
            OwnNamespace = _options.Namespace,
        };
    }
}

/// <summary>What is kept of objects that are watched, and what it takes of the memory.</summary>
internal static class WatchedObject
{
    /// <summary>So many labels, addresses, peers and ports are as good as one more object.</summary>
    private const int PartsOfAnObject = 16;

    /// <summary>Keeps what tells whose DNS queries the policy lets out.</summary>
    public static PolicyFacts Read(V1NetworkPolicy policy)
    {
        if (policy.Spec is { } spec)
        {
            spec.Ingress = null;
        }

        return PolicyFacts.From(policy);
    }

    /// <summary>How many objects of the usual size it is as large as.</summary>
    public static int Weigh(NamespaceFacts target) => Objects(target.Labels.Count);

    /// <inheritdoc cref="Weigh(NamespaceFacts)"/>
    public static int Weigh(PodFacts pod) => Objects(pod.Labels.Count + pod.Addresses.Count + pod.Ports.Count);

    /// <inheritdoc cref="Weigh(NamespaceFacts)"/>
    public static int Weigh(PolicyFacts policy)
    {
        var rules = policy.Spec.Egress ?? [];
        return Objects(Parts(policy.Spec.PodSelector) + rules.Sum(rule => 1 + (rule.Ports?.Count ?? 0) + (rule.To?.Sum(Parts) ?? 0)));
    }

    private static int Objects(int parts) => 1 + (parts / PartsOfAnObject);

    private static int Parts(V1NetworkPolicyPeer peer) =>
        1 + Parts(peer.PodSelector) + Parts(peer.NamespaceSelector) + (peer.IpBlock?.Except?.Count ?? 0);

    private static int Parts(V1LabelSelector? selector) =>
        selector is null ? 0 : Count(selector.MatchLabels) + (selector.MatchExpressions?.Sum(one => 1 + (one.Values?.Count ?? 0)) ?? 0);

    private static int Count(IDictionary<string, string>? labels) => labels?.Count ?? 0;
}
