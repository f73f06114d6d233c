using Palisade.Policy.Expansion;
using Palisade.Policy.Selectors;

namespace Palisade.Policy;

/// <summary>What is read of a NetworkPolicy, stamped or written by hand.</summary>
public sealed record PolicyFacts
{
    /// <summary>Its namespace; empty when it is given none.</summary>
    public required string Namespace { get; init; }

    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>Its UID; null when it is not from a cluster.</summary>
    public string? Uid { get; init; }

    /// <summary>Number of its spec, which the API server raises with every change of it; null when it is not from a cluster.</summary>
    public long? Generation { get; init; }

    /// <summary>The custom resource that stamped it; null when none has.</summary>
    public OwnerFacts? StampedBy { get; init; }

    /// <summary>What it says. Not to be changed.</summary>
    public required V1NetworkPolicySpec Spec { get; init; }

    /// <summary>Name that its custom resource stamps it under unless that is taken; its own when none has stamped it.</summary>
    public string UsualName => StampedBy is { } owner ? PolicyNames.UsualName(owner) : Name;

    /// <summary>Reads a policy.</summary>
    public static PolicyFacts From(V1NetworkPolicy policy) => From(policy, null);

    /// <summary>Reads one of many policies.</summary>
    /// <param name="policy">The policy, of which the spec is kept.</param>
    /// <param name="pool">Shares what they have in common.</param>
    public static PolicyFacts From(V1NetworkPolicy policy, FactsPool? pool)
    {
        ArgumentNullException.ThrowIfNull(policy);
        return new()
        {
            Namespace = FactsPool.Share(policy.Metadata.NamespaceProperty ?? "", pool),
            Name = policy.Metadata.Name,
            Uid = policy.Metadata.Uid,
            Generation = policy.Metadata.Generation,
            StampedBy = PolicyNames.OwnerOf(policy) is { } owner ? FactsPool.Share(new OwnerFacts(owner.Kind, owner.Name), pool) : null,
            Spec = policy.Spec ?? new(),
        };
    }

    /// <summary>Whether it isolates pods for the direction.</summary>
    public bool Isolates(string direction) => Directions.Isolates(Spec, direction);

    /// <summary>
    /// Whether it isolates the pod for the direction. A selector that cannot be understood selects every pod of its namespace: the API server
    /// would have refused it, and to take it for less could leave a pod open.
    /// </summary>
    public bool Isolates(PodFacts pod, string direction)
    {
        ArgumentNullException.ThrowIfNull(pod);
        var selector = Spec.PodSelector ?? LabelSelectorMatcher.Everything;
        return pod.Namespace == Namespace
            && Isolates(direction)
            && LabelSelectorMatcher.Matches(selector, pod.Labels, InvalidSelector.MatchesEverything);
    }

    /// <summary>Whether both are the same policy with the same spec, as far as the API server's numbering tells; in doubt they are not.</summary>
    public bool Equals(PolicyFacts? other) =>
        ReferenceEquals(this, other)
        || (
            other is not null
            && (Namespace, Name, Uid, StampedBy) == (other.Namespace, other.Name, other.Uid, other.StampedBy)
            && Generation == other.Generation
            && (Generation is not null || ReferenceEquals(Spec, other.Spec))
        );

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Namespace, Name, Uid, Generation);

    /// <summary>namespace/name.</summary>
    public override string ToString() => $"{Namespace}/{Name}";
}
