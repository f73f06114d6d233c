using Palisade.Kubernetes.Caching;
using Palisade.Kubernetes.Client;
using Palisade.Kubernetes.Hosting;
using Palisade.Models;
using Palisade.Policy;
using Palisade.Policy.Net;
using Palisade.Policy.Selectors;
using Palisade.Policy.Validation;
using Palisade.Webhook.Hosting;

namespace Palisade.Webhook.Impact;

/// <summary>
/// Watches namespaces, pods and NetworkPolicies. Serving does not wait for it: until it is in sync, warnings do without, and what changed
/// is gathered beside the requests, so that they see the cluster as it was a moment ago.
/// </summary>
internal sealed class WatchedCluster : BackgroundService, IClusterView
{
    /// <summary>How often the cluster is gathered at most: with many pods it takes a while.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly WebhookOptions _options;
    private readonly TimeProvider _timeProvider;
    private readonly Informer<V1Namespace> _namespaces;
    private readonly Informer<V1Pod> _pods;
    private readonly Informer<V1NetworkPolicy> _policies;
    private int _version;
    private volatile ClusterFacts? _facts;

    /// <summary>Makes a view; nothing is read before it is started.</summary>
    public WatchedCluster(IKubernetesClient client, WebhookOptions options, ILoggerFactory loggers, TimeProvider timeProvider)
    {
        (_options, _timeProvider) = (options, timeProvider);
        _namespaces = new(client, new() { Strip = StripNamespace }, loggers.CreateLogger<Informer<V1Namespace>>(), timeProvider);
        _pods = new(
            client,
            new() { Strip = StripPod, IsRelevantChange = IsRelevant },
            loggers.CreateLogger<Informer<V1Pod>>(),
            timeProvider
        );
        _policies = new(client, new() { Strip = StripPolicy }, loggers.CreateLogger<Informer<V1NetworkPolicy>>(), timeProvider);
    }

    private IInformer[] Informers => [_namespaces, _pods, _policies];

    /// <inheritdoc/>
    public ClusterFacts? Facts() => _facts;

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var subscriptions = Informers.Select(informer => informer.Subscribe(_ => Interlocked.Increment(ref _version))).ToList();
        await TaskGroup.RunAsync([_namespaces.RunAsync, _pods.RunAsync, _policies.RunAsync, GatherAsync], stoppingToken);
        subscriptions.ForEach(subscription => subscription.Dispose());
    }

    private async Task GatherAsync(CancellationToken cancellationToken)
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
                (_facts, gathered) = (Gather(), version);
                if (isFirst)
                {
                    // What the caches were filled from is garbage now, and of itself the oldest generation is not collected for hours.
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
            PodRanges = CidrSet.Of(pods.Where(PodTraits.IsSelectable).SelectMany(PodTraits.Addresses).Select(Cidr.Single)),
            OwnNamespace = _options.Namespace,
        };
    }

    /// <summary>Keeps what tells which policies select a pod, whether it can be selected, and its addresses, once.</summary>
    private static void StripPod(V1Pod pod)
    {
        pod.Metadata.Uid = null;
        (pod.Metadata.Annotations, pod.Metadata.OwnerReferences, pod.Metadata.Finalizers) = (null, null, null);
        if (pod.Spec is { } spec)
        {
            (spec.Containers, spec.InitContainers, spec.NodeName) = (null, null, null);
        }

        if (pod.Status is { } status)
        {
            status.HostIP = null;
            status.PodIP = status.PodIPs is { Count: > 0 } ? null : status.PodIP;
        }
    }

    /// <summary>Keeps what tells whether custom resources apply to the namespace.</summary>
    private static void StripNamespace(V1Namespace target) => target.Metadata.Annotations = null;

    /// <summary>Keeps what tells whose DNS queries the policy lets out.</summary>
    private static void StripPolicy(V1NetworkPolicy policy)
    {
        (policy.Metadata.Annotations, policy.Metadata.Labels, policy.Metadata.OwnerReferences) = (null, null, null);
        if (policy.Spec is { } spec)
        {
            spec.Ingress = null;
        }
    }

    private static bool IsRelevant(V1Pod old, V1Pod now) =>
        old.Status?.Phase != now.Status?.Phase
        || !PodTraits.Addresses(old).SequenceEqual(PodTraits.Addresses(now))
        || !LabelSetComparer.Instance.Equals(old.Metadata.Labels, now.Metadata.Labels);
}
