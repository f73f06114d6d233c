using k8s;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;
using Palisade.Policy.Expansion;
using Palisade.Runtime;
using Palisade.Runtime.Caching;

namespace Palisade.Operator.Caches;

/// <summary>All that the operator watches. Of Services and Endpoints only those by which the API server and DNS are found.</summary>
internal sealed class OperatorCaches
{
    private const string SystemNamespace = "kube-system";
    private const string AlternateIndex = "alternates";
    private readonly IKubernetesClient _client;
    private readonly ILoggerFactory _loggers;
    private readonly List<(IInformer Informer, Func<CancellationToken, Task> Run)> _all = [];

    /// <summary>Makes the caches; nothing is read before <see cref="RunAsync"/>.</summary>
    public OperatorCaches(IKubernetesClient client, NetworkPolicySlimming slimming, ILoggerFactory loggers)
    {
        (_client, _loggers) = (client, loggers);
        ClusterPolicies = Add<ClusterNetworkPolicy>(ListOptions.All, Relevance.Of, SlimMetadata);
        Profiles = Add<DefaultDenyProfile>(ListOptions.All, Relevance.Of, SlimMetadata);
        Namespaces = Add<V1Namespace>(ListOptions.All, Relevance.Of, SlimMetadata);
        Policies = Add<V1NetworkPolicy>(ListOptions.All, Relevance.Of, slimming.Slim, Alternates);
        Nodes = Add<V1Node>(ListOptions.All, Relevance.Of, SlimMetadata);
        Services =
        [
            Add<V1Service>(Named("default", "kubernetes"), Relevance.Of, SlimMetadata),
            Add<V1Service>(new() { Namespace = SystemNamespace }, Relevance.Of, SlimMetadata),
            Add<V1Service>(Named("openshift-dns", "dns-default"), Relevance.Of, SlimMetadata),
        ];
        Endpoints =
        [
            AddEndpoints(new("default") { Service = "kubernetes" }),
            // Not all of kube-system: old control planes renew their leadership there every two seconds. Those that somebody makes by hand, for a
            // Service without a selector, need not have its label.
            AddEndpoints(new(SystemNamespace) { LabelSelector = "k8s-app=kube-dns" }),
            AddEndpoints(new(SystemNamespace) { Service = "kube-dns" }),
            AddEndpoints(new(SystemNamespace) { Service = "coredns" }),
        ];
    }

    /// <summary>ClusterNetworkPolicies.</summary>
    public IInformer<ClusterNetworkPolicy> ClusterPolicies { get; }

    /// <summary>DefaultDenyProfiles.</summary>
    public IInformer<DefaultDenyProfile> Profiles { get; }

    /// <summary>Namespaces.</summary>
    public IInformer<V1Namespace> Namespaces { get; }

    /// <summary>NetworkPolicies, those of others too: they may hold a name that is to be stamped. They are kept without their content.</summary>
    public IInformer<V1NetworkPolicy> Policies { get; }

    /// <summary>What a custom resource, or an earlier one of its name, has stamped into a namespace under another name than the usual one.</summary>
    public IReadOnlyList<V1NetworkPolicy> AlternatesOf(string namespaceName, string kind, string source) =>
        Policies.ByIndex(AlternateIndex, AlternateKey(namespaceName, kind, source));

    /// <summary>Nodes.</summary>
    public IInformer<V1Node> Nodes { get; }

    /// <summary>Services by which the API server and DNS are found.</summary>
    public IReadOnlyList<IInformer<V1Service>> Services { get; }

    /// <summary>Addresses of the API server and of DNS.</summary>
    public IReadOnlyList<EndpointsInformer> Endpoints { get; }

    /// <summary>Every cache.</summary>
    public IReadOnlyList<IInformer> All => [.. _all.Select(entry => entry.Informer)];

    /// <summary>Whether each cache has held a complete list.</summary>
    public IEnumerable<IHealthSource> Health => _all.Select(entry => entry.Informer).Cast<IHealthSource>();

    /// <summary>Lists and watches until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) => TaskGroup.RunAsync(_all.Select(entry => entry.Run), cancellationToken);

    /// <summary>Waits until every cache has held a complete list.</summary>
    public Task WaitForSyncAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_all.Select(entry => entry.Informer.WaitForSyncAsync(cancellationToken)));

    private static readonly Dictionary<string, Func<V1NetworkPolicy, IEnumerable<string>>> Alternates = new(StringComparer.Ordinal)
    {
        [AlternateIndex] = policy =>
            PolicyNames.OwnerOf(policy) is { } owner && PolicyNames.UsualName(owner) != policy.Metadata.Name
                ? [AlternateKey(policy.Metadata.NamespaceProperty!, owner.Kind, owner.Name)]
                : [],
    };

    private static string AlternateKey(string namespaceName, string kind, string source) => $"{namespaceName}/{kind}/{source}";

    private Informer<T> Add<T>(
        ListOptions selection,
        Func<T, T, bool> isRelevant,
        Action<T> slim,
        IReadOnlyDictionary<string, Func<T, IEnumerable<string>>>? indexes = null
    )
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var options = new InformerOptions<T>
        {
            Indexes = indexes ?? new Dictionary<string, Func<T, IEnumerable<string>>>(StringComparer.Ordinal),
            Selection = selection,
            Strip = slim,
            IsRelevantChange = isRelevant,
        };
        var informer = new Informer<T>(_client, options, _loggers.CreateLogger<Informer<T>>());
        _all.Add((informer, informer.RunAsync));
        return informer;
    }

    private EndpointsInformer AddEndpoints(EndpointsSelection selection)
    {
        var informer = new EndpointsInformer(_client, selection, _loggers);
        _all.Add((informer, informer.RunAsync));
        return informer;
    }

    private static ListOptions Named(string namespaceName, string name) =>
        new() { Namespace = namespaceName, FieldSelector = $"metadata.name={name}" };

    private static void SlimMetadata(IKubernetesObject<V1ObjectMeta> entity)
    {
        entity.Metadata.Annotations = null;
        entity.Metadata.ManagedFields = null;
    }
}
