using System.Collections.Immutable;
using Palisade.Kubernetes.Caching;
using Palisade.Kubernetes.Client;
using Palisade.Kubernetes.Hosting;
using Palisade.Models;
using Palisade.Policy;
using Palisade.Policy.Validation;
using Palisade.Webhook.Hosting;

namespace Palisade.Webhook.Impact;

/// <summary>Watches namespaces, pods and NetworkPolicies. Serving does not wait for it: until it is in sync, warnings do without.</summary>
internal sealed class WatchedCluster : BackgroundService, IClusterView
{
    private readonly WebhookOptions _options;
    private readonly Informer<V1Namespace> _namespaces;
    private readonly Informer<V1Pod> _pods;
    private readonly Informer<V1NetworkPolicy> _policies;
    private int _version;
    private volatile Gathered? _gathered;

    /// <summary>Makes a view; nothing is read before it is started.</summary>
    public WatchedCluster(IKubernetesClient client, WebhookOptions options, ILoggerFactory loggers, TimeProvider timeProvider)
    {
        _options = options;
        _namespaces = new(client, new(), loggers.CreateLogger<Informer<V1Namespace>>(), timeProvider);
        _pods = new(
            client,
            new() { Strip = StripPod, IsRelevantChange = IsRelevant },
            loggers.CreateLogger<Informer<V1Pod>>(),
            timeProvider
        );
        _policies = new(client, new(), loggers.CreateLogger<Informer<V1NetworkPolicy>>(), timeProvider);
    }

    private IInformer[] Informers => [_namespaces, _pods, _policies];

    /// <inheritdoc/>
    public ClusterFacts? Facts()
    {
        if (!Informers.All(informer => informer.HasSynced))
        {
            return null;
        }

        var version = Volatile.Read(ref _version);
        if (_gathered is not { } gathered || gathered.Version != version)
        {
            _gathered = gathered = new Gathered(version, Gather());
        }

        return gathered.Facts;
    }

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var subscriptions = Informers.Select(informer => informer.Subscribe(_ => Interlocked.Increment(ref _version))).ToList();
        await TaskGroup.RunAsync([_namespaces.RunAsync, _pods.RunAsync, _policies.RunAsync], stoppingToken);
        subscriptions.ForEach(subscription => subscription.Dispose());
    }

    private ClusterFacts Gather() =>
        new()
        {
            Snapshot = new ClusterSnapshot
            {
                Namespaces = [.. _namespaces.List()],
                Pods = [.. _pods.List()],
                Policies = [.. _policies.List()],
            },
            OwnNamespace = _options.Namespace,
        };

    /// <summary>Keeps what tells which policies select a pod, and whether it can be selected.</summary>
    private static void StripPod(V1Pod pod)
    {
        pod.Metadata.Annotations = null;
        pod.Metadata.OwnerReferences = null;
        pod.Metadata.Finalizers = null;
        if (pod.Spec is { } spec)
        {
            spec.Containers = [];
        }
    }

    private static bool IsRelevant(V1Pod old, V1Pod now) =>
        old.Status?.Phase != now.Status?.Phase
        || !PodTraits.Addresses(old).SequenceEqual(PodTraits.Addresses(now))
        || !HaveSameLabels(old.Metadata.Labels, now.Metadata.Labels);

    private static bool HaveSameLabels(IDictionary<string, string>? first, IDictionary<string, string>? second) =>
        (first ?? ImmutableDictionary<string, string>.Empty)
            .OrderBy(label => label.Key, StringComparer.Ordinal)
            .SequenceEqual((second ?? ImmutableDictionary<string, string>.Empty).OrderBy(label => label.Key, StringComparer.Ordinal));

    private sealed record Gathered(int Version, ClusterFacts Facts);
}
