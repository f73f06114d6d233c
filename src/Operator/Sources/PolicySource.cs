using k8s;
using Palisade.Kubernetes;
using Palisade.Policy.Expansion;
using Palisade.Policy.Validation;

namespace Palisade.Operator.Sources;

/// <summary>A custom resource of either kind, as far as stamping is concerned.</summary>
internal abstract class PolicySource
{
    private const string OrphanFinalizer = "orphan";

    /// <summary>
    /// The annotation of <c>kubectl apply</c> may be older than the object, and only the webhook sees whether it is; here the spec alone counts.
    /// </summary>
    protected static readonly ValidationOptions SpecOnly = ValidationOptions.Default with { CheckLastApplied = false };

    /// <summary>Kind, for messages.</summary>
    public string Kind => Entity.Kind;

    /// <summary>Key within its kind.</summary>
    public NamespacedName Key => new(Metadata.Name);

    /// <summary>Metadata of the custom resource.</summary>
    public V1ObjectMeta Metadata => Entity.Metadata;

    /// <summary>The custom resource itself; shared with the cache, never to be changed.</summary>
    public abstract IKubernetesObject<V1ObjectMeta> Entity { get; }

    /// <summary>Status as last seen.</summary>
    public abstract PolicyStatus? Status { get; }

    /// <summary>Usual name of the NetworkPolicy that it stamps, the same in every namespace.</summary>
    public abstract string StampedName { get; }

    /// <summary>Name that it stamps under where somebody else's NetworkPolicy has the usual one.</summary>
    public string AlternateName => field ??= PolicyNames.AlternateFor(Entity);

    /// <summary>Whether it only audits.</summary>
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

    /// <summary>Whether the namespace is selected.</summary>
    public abstract bool Selects(V1Namespace target);

    /// <summary>All that is wrong with it.</summary>
    public abstract IReadOnlyList<Finding> Validate();

    /// <summary>What it stamps into a namespace.</summary>
    public abstract ExpansionResult Expand(V1Namespace target, ExpansionContext context);

    /// <summary>Labels that the tenant peers of rules name.</summary>
    protected static IReadOnlyList<string> TenantLabelsOf(IEnumerable<ClusterIngressRule>? ingress, IEnumerable<ClusterEgressRule>? egress)
    {
        var peers = (ingress ?? []).SelectMany(rule => rule.FromProperty ?? []).Concat((egress ?? []).SelectMany(rule => rule.To ?? []));
        return [.. peers.SelectMany(peer => peer?.Tenant?.Labels ?? []).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }
}
