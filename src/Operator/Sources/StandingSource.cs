using k8s;
using Palisade.Policy.Expansion;
using Palisade.Policy.Validation;

namespace Palisade.Operator.Sources;

/// <summary>
/// An invalid custom resource of which no valid form was ever seen, such as after a restart: what stood in the cluster when it was first looked
/// at is all that is known of its last good form, so exactly that is kept, and nothing is stamped or removed elsewhere.
/// </summary>
internal sealed class StandingSource(PolicySource invalid, IReadOnlyDictionary<string, V1NetworkPolicy> standing) : PolicySource
{
    /// <summary>What stood, by namespace.</summary>
    public IReadOnlyDictionary<string, V1NetworkPolicy> Standing => standing;

    /// <inheritdoc/>
    public override IKubernetesObject<V1ObjectMeta> Entity => invalid.Entity;

    /// <inheritdoc/>
    public override PolicyStatus? Status => invalid.Status;

    /// <inheritdoc/>
    public override string StampedName => invalid.StampedName;

    /// <inheritdoc/>
    public override IReadOnlyList<string> TenantLabels => [];

    /// <inheritdoc/>
    public override bool DiffersByNamespace => true;

    /// <inheritdoc/>
    public override bool KeepsUnselected => true;

    /// <inheritdoc/>
    public override bool Selects(V1Namespace target) => standing.ContainsKey(target.Metadata.Name);

    /// <inheritdoc/>
    public override IReadOnlyList<Finding> Validate() => [];

    /// <inheritdoc/>
    public override ExpansionResult Expand(V1Namespace target, ExpansionContext context) =>
        new()
        {
            Policy = new V1NetworkPolicy
            {
                Metadata = new V1ObjectMeta
                {
                    Name = StampedName,
                    NamespaceProperty = target.Metadata.Name,
                    Labels = new Dictionary<string, string>(StringComparer.Ordinal)
                    {
                        [PolicyNames.ManagedByLabel] = PolicyNames.ManagedByValue,
                    },
                    OwnerReferences = standing[target.Metadata.Name].Metadata.OwnerReferences,
                },
                Spec = standing[target.Metadata.Name].Spec,
            },
        };
}
