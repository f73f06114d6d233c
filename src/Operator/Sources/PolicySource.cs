using k8s;
using Palisade.Kubernetes;
using Palisade.Operator.Caches;
using Palisade.Policy;
using Palisade.Policy.Expansion;
using Palisade.Policy.Validation;
using Palisade.Runtime.Caching;

namespace Palisade.Operator.Sources;

/// <summary>A custom resource of either kind, as far as stamping is concerned.</summary>
internal abstract class PolicySource
{
    private const string OrphanFinalizer = "orphan";

    /// <summary>
    /// The annotation of <c>kubectl apply</c> may be older than the object, and only the webhook sees whether it is; here the spec alone counts.
    /// </summary>
    protected static readonly ValidationOptions SpecOnly = ValidationOptions.Default with { CheckLastApplied = false };

    public string Kind => Entity.Kind;

    public NamespacedName Key => new(Metadata.Name);

    public V1ObjectMeta Metadata => Entity.Metadata;

    /// <summary>The custom resource itself; shared with the cache, never to be changed.</summary>
    public abstract IKubernetesObject<V1ObjectMeta> Entity { get; }

    public abstract PolicyStatus? Status { get; }

    /// <summary>Usual name of the NetworkPolicy that it stamps, the same in every namespace.</summary>
    public abstract string StampedName { get; }

    /// <summary>Name that it stamps under where somebody else's NetworkPolicy has the usual one.</summary>
    public string AlternateName => field ??= PolicyNames.AlternateFor(Entity);

    public virtual bool IsAudit => false;

    /// <summary>Whether it was asked to be deleted, so that what it stamped is to go.</summary>
    public bool IsDeleting => Metadata.DeletionTimestamp is not null;

    /// <summary>Whether it was deleted with <c>--cascade=orphan</c>: what it stamped is to stay, and is no longer ours.</summary>
    public bool IsOrphaning => IsDeleting && Metadata.Finalizers?.Contains(OrphanFinalizer) == true;

    /// <summary>Labels of a target namespace on which the expansion depends, each once, in ordinal order.</summary>
    public abstract IReadOnlyList<string> TenantLabels { get; }

    /// <summary>Whether what it stamps may differ from namespace to namespace whatever their labels.</summary>
    public virtual bool DiffersByNamespace => false;

    /// <summary>Whether what it stamped into namespaces that it does not select is to stay, since it is not known whether it is to go.</summary>
    public virtual bool KeepsUnselected => false;
    public abstract bool Selects(NamespaceFacts target);
    public abstract IReadOnlyList<Finding> Validate();
    public abstract ExpansionResult Expand(NamespaceFacts target, ExpansionContext context);

    protected static IReadOnlyList<string> TenantLabelsOf(IEnumerable<ClusterIngressRule>? ingress, IEnumerable<ClusterEgressRule>? egress)
    {
        var peers = (ingress ?? []).SelectMany(rule => rule.FromProperty ?? []).Concat((egress ?? []).SelectMany(rule => rule.To ?? []));
        return [.. peers.SelectMany(peer => peer?.Tenant?.Labels ?? []).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }
}

internal sealed class ClusterNetworkPolicySource(ClusterNetworkPolicy policy, string ownNamespace) : PolicySource
{
    private readonly NamespaceSelection _selection = NamespaceSelection.From(policy, ownNamespace);

    public override IKubernetesObject<V1ObjectMeta> Entity => policy;
    public override PolicyStatus? Status => policy.Status;
    public override string StampedName { get; } = PolicyNames.For(policy);
    public override IReadOnlyList<string> TenantLabels => TenantLabelsOf(policy.Spec.Ingress, policy.Spec.Egress);

    public override bool Selects(NamespaceFacts target) => _selection.Matches(target);

    public override IReadOnlyList<Finding> Validate() => PolicyValidator.Validate(policy, SpecOnly);

    public override ExpansionResult Expand(NamespaceFacts target, ExpansionContext context) =>
        PolicyExpander.Expand(policy, target, context);
}

internal sealed class DefaultDenyProfileSource(DefaultDenyProfile profile, string ownNamespace) : PolicySource
{
    private readonly NamespaceSelection _selection = NamespaceSelection.From(profile, ownNamespace);

    public override IKubernetesObject<V1ObjectMeta> Entity => profile;
    public override PolicyStatus? Status => profile.Status;
    public override string StampedName { get; } = PolicyNames.For(profile);
    public override bool IsAudit => profile.Spec.Enforcement == "Audit";
    public override IReadOnlyList<string> TenantLabels => TenantLabelsOf(profile.Spec.Allow?.Ingress, profile.Spec.Allow?.Egress);

    public override bool Selects(NamespaceFacts target) => _selection.Matches(target);

    public override IReadOnlyList<Finding> Validate() => PolicyValidator.Validate(profile, SpecOnly);

    public override ExpansionResult Expand(NamespaceFacts target, ExpansionContext context) =>
        PolicyExpander.Expand(profile, target, context);
}

/// <summary>
/// An invalid custom resource of which no valid form was ever seen, such as after a restart: what stood in the cluster when it was first looked
/// at is all that is known of its last good form, so exactly that is kept, and nothing is stamped or removed elsewhere.
/// </summary>
internal sealed class StandingSource(PolicySource invalid, IReadOnlyDictionary<string, V1NetworkPolicy> standing) : PolicySource
{
    public IReadOnlyDictionary<string, V1NetworkPolicy> Standing => standing;

    public override IKubernetesObject<V1ObjectMeta> Entity => invalid.Entity;
    public override PolicyStatus? Status => invalid.Status;
    public override string StampedName => invalid.StampedName;
    public override IReadOnlyList<string> TenantLabels => [];
    public override bool DiffersByNamespace => true;
    public override bool KeepsUnselected => true;

    public override bool Selects(NamespaceFacts target) => standing.ContainsKey(target.Name);

    public override IReadOnlyList<Finding> Validate() => [];

    public override ExpansionResult Expand(NamespaceFacts target, ExpansionContext context) =>
        new()
        {
            Policy = new V1NetworkPolicy
            {
                Metadata = new V1ObjectMeta
                {
                    Name = StampedName,
                    NamespaceProperty = target.Name,
                    Labels = new Dictionary<string, string>(StringComparer.Ordinal)
                    {
                        [PolicyNames.ManagedByLabel] = PolicyNames.ManagedByValue,
                    },
                    OwnerReferences = standing[target.Name].Metadata.OwnerReferences,
                },
                Spec = standing[target.Name].Spec,
            },
        };
}

/// <summary>One of the two kinds of custom resources: what differs between them.</summary>
/// <param name="Informer">Cache of the custom resources.</param>
/// <param name="Read">Reads a custom resource as a source.</param>
/// <param name="WithStatus">A copy of the custom resource, in the version given, with the status given.</param>
internal sealed record SourceKind<TEntity>(
    IInformer<TEntity> Informer,
    Func<TEntity, PolicySource> Read,
    Func<TEntity, V1ObjectMeta, PolicyStatus, TEntity> WithStatus
)
    where TEntity : class, IKubernetesObject<V1ObjectMeta>, new()
{
    public string Name => Informer.Kind;

    /// <summary>A source that stands for a custom resource that is gone: it selects nothing, and is being deleted.</summary>
    public PolicySource Gone(NamespacedName key, DateTimeOffset now)
    {
        var entity = new TEntity();
        entity.Metadata.Name = key.Name;
        entity.Metadata.DeletionTimestamp = now.UtcDateTime;
        return Read(entity);
    }
}

internal static class SourceKinds
{
    public static SourceKind<ClusterNetworkPolicy> ClusterPolicies(OperatorCaches caches, string ownNamespace) =>
        new(
            caches.ClusterPolicies,
            policy => new ClusterNetworkPolicySource(policy, ownNamespace),
            (policy, metadata, status) =>
                new()
                {
                    Metadata = metadata,
                    Spec = policy.Spec,
                    Status = status,
                }
        );

    public static SourceKind<DefaultDenyProfile> Profiles(OperatorCaches caches, string ownNamespace) =>
        new(
            caches.Profiles,
            profile => new DefaultDenyProfileSource(profile, ownNamespace),
            (profile, metadata, status) =>
                new()
                {
                    Metadata = metadata,
                    Spec = profile.Spec,
                    Status = status,
                }
        );
}
