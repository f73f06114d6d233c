using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using k8s;
using Palisade.Kubernetes;
using Palisade.Kubernetes.Client;
using Palisade.Policy;
using Palisade.Policy.Expansion;
using Palisade.Policy.Selectors;
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
    private readonly List<IInformer> _all = [];

    public OperatorCaches(IKubernetesClient client, NetworkPolicyTrimmer trimmer, ILoggerFactory loggers)
    {
        (_client, _loggers) = (client, loggers);
        var pool = new FactsPool();
        ClusterPolicies = Add<ClusterNetworkPolicy>(ListOptions.All, Relevance.Concerns, TrimMetadata);
        Profiles = Add<DefaultDenyProfile>(ListOptions.All, Relevance.Concerns, TrimMetadata);
        Namespaces = Add<V1Namespace, NamespaceFacts>(item => NamespaceFacts.From(item, pool));
        Policies = Add<V1NetworkPolicy>(ListOptions.All, Relevance.Concerns, trimmer.Trim, Alternates);
        Nodes = Add<V1Node, NodeFacts>(item => NodeFacts.From(item, pool));
        Services =
        [
            Add<V1Service>(Named("default", "kubernetes"), Relevance.Concerns, TrimMetadata),
            Add<V1Service>(new() { Namespace = SystemNamespace }, Relevance.Concerns, TrimMetadata),
            Add<V1Service>(Named("openshift-dns", "dns-default"), Relevance.Concerns, TrimMetadata),
        ];
        Endpoints =
        [
            AddEndpoints(new("default") { Service = "kubernetes" }),
            // Not all of kube-system: old control planes renew their leadership in Endpoints there every two seconds. Those that somebody makes by hand,
            // for a Service without a selector, need not have its label.
            AddEndpoints(new(SystemNamespace) { LabelSelector = "k8s-app=kube-dns" }),
            AddEndpoints(new(SystemNamespace) { Service = "kube-dns" }),
            AddEndpoints(new(SystemNamespace) { Service = "coredns" }),
        ];
    }

    public IInformer<ClusterNetworkPolicy> ClusterPolicies { get; }
    public IInformer<DefaultDenyProfile> Profiles { get; }
    public IInformer<NamespaceFacts> Namespaces { get; }

    /// <summary>NetworkPolicies, those of others too: they may hold a name that is to be stamped. They are kept without their content.</summary>
    public IInformer<V1NetworkPolicy> Policies { get; }

    /// <summary>What a custom resource, or an earlier one of its name, has stamped into a namespace under another name than the usual one.</summary>
    public IReadOnlyList<V1NetworkPolicy> AlternatesOf(string namespaceName, string kind, string source) =>
        Policies.ByIndex(AlternateIndex, AlternateKey(namespaceName, kind, source));

    public IInformer<NodeFacts> Nodes { get; }

    public IReadOnlyList<IInformer<V1Service>> Services { get; }

    public IReadOnlyList<EndpointsInformer> Endpoints { get; }

    public IReadOnlyList<IInformer> All => _all;

    public IEnumerable<IHealthSource> Health => _all.Cast<IHealthSource>();

    public Task RunAsync(CancellationToken cancellationToken) =>
        TaskGroup.RunAsync(_all.Select<IInformer, Func<CancellationToken, Task>>(informer => informer.RunAsync), cancellationToken);

    public Task WaitForSyncAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_all.Select(informer => informer.WaitForSyncAsync(cancellationToken)));

    private static readonly Dictionary<string, Func<V1NetworkPolicy, IEnumerable<string>>> Alternates = new(StringComparer.Ordinal)
    {
        [AlternateIndex] = policy =>
            PolicyNames.OwnerOf(policy) is { } owner && PolicyNames.UsualName(owner) != policy.Metadata.Name
                ? [AlternateKey(policy.Metadata.NamespaceProperty!, owner.Kind, owner.Name)]
                : [],
    };

    private static string AlternateKey(string namespaceName, string kind, string source) => $"{namespaceName}/{kind}/{source}";

    private Informer<TWire, TFacts> Add<TWire, TFacts>(Func<TWire, TFacts> read)
        where TWire : class, IKubernetesObject<V1ObjectMeta>
        where TFacts : class =>
        Add(new Informer<TWire, TFacts>(_client, new() { Project = read }, _loggers.CreateLogger<Informer<TWire, TFacts>>()));

    private Informer<T> Add<T>(
        ListOptions selection,
        Func<T, T, bool> isRelevant,
        Action<T> trim,
        IReadOnlyDictionary<string, Func<T, IEnumerable<string>>>? indexes = null
    )
        where T : class, IKubernetesObject<V1ObjectMeta>
    {
        var options = new InformerOptions<T>
        {
            Indexes = indexes ?? new Dictionary<string, Func<T, IEnumerable<string>>>(StringComparer.Ordinal),
            Selection = selection,
            Strip = trim,
            IsRelevantChange = isRelevant,
        };
        return Add(new Informer<T>(_client, options, _loggers.CreateLogger<Informer<T>>()));
    }

    private EndpointsInformer AddEndpoints(EndpointsSelection selection) => Add(new EndpointsInformer(_client, selection, _loggers));

    private TInformer Add<TInformer>(TInformer informer)
        where TInformer : IInformer
    {
        _all.Add(informer);
        return informer;
    }

    private static ListOptions Named(string namespaceName, string name) =>
        new() { Namespace = namespaceName, FieldSelector = $"metadata.name={name}" };

    private static void TrimMetadata(IKubernetesObject<V1ObjectMeta> entity)
    {
        entity.Metadata.Annotations = null;
        entity.Metadata.ManagedFields = null;
    }
}

/// <summary>Tells the changes that matter to the operator from those that do not, such as a node's heartbeat.</summary>
internal static class Relevance
{
    /// <summary>Labels, owner and spec; both objects are trimmed, so equal specs are the same instance.</summary>
    public static bool Concerns(V1NetworkPolicy before, V1NetworkPolicy after) =>
        before.Metadata.Uid != after.Metadata.Uid
        || !ReferenceEquals(before.Spec, after.Spec)
        || !SameLabels(before.Metadata, after.Metadata)
        || before.Metadata.OwnerReferences?.FirstOrDefault() != after.Metadata.OwnerReferences?.FirstOrDefault();

    /// <summary>Labels and spec.</summary>
    public static bool Concerns(V1Service before, V1Service after) =>
        !SameLabels(before.Metadata, after.Metadata) || !Same(before.Spec, after.Spec, ModelsJson.Contract<V1ServiceSpec>());

    /// <summary>Spec (by its generation), deletion and status of a custom resource.</summary>
    public static bool Concerns(ClusterNetworkPolicy before, ClusterNetworkPolicy after) =>
        OfSource(before.Metadata, after.Metadata) || !Same(before.Status, after.Status, ModelsJson.Contract<PolicyStatus>());

    /// <summary>Spec (by its generation), deletion and status of a custom resource.</summary>
    public static bool Concerns(DefaultDenyProfile before, DefaultDenyProfile after) =>
        OfSource(before.Metadata, after.Metadata) || !Same(before.Status, after.Status, ModelsJson.Contract<PolicyStatus>());

    private static bool OfSource(V1ObjectMeta before, V1ObjectMeta after) =>
        before.Uid != after.Uid
        || before.Generation != after.Generation
        || before.DeletionTimestamp != after.DeletionTimestamp
        || !(before.Finalizers ?? []).SequenceEqual(after.Finalizers ?? [], StringComparer.Ordinal);

    private static bool SameLabels(V1ObjectMeta one, V1ObjectMeta other) => LabelSetComparer.Instance.Equals(one.Labels, other.Labels);

    private static bool Same<T>(T? one, T? other, JsonTypeInfo<T> type)
        where T : class =>
        one is null || other is null
            ? one is null && other is null
            : JsonSerializer.SerializeToUtf8Bytes(one, type).AsSpan().SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(other, type));
}
