using System.Collections.Immutable;
using k8s;
using Palisade.Policy.Expansion;

namespace Palisade.Cli.Input;

/// <summary>Names under which custom resources stamp where the usual one is taken, as the operator does it.</summary>
internal static class StampedNames
{
    /// <summary>The stamped policies, each under the other name where a NetworkPolicy that its custom resource did not stamp has the usual one.</summary>
    /// <param name="stamped">The stamped policies under their usual names.</param>
    /// <param name="there">The NetworkPolicies of the cluster.</param>
    /// <param name="warnings">Receives a sentence for each that stands under the other name.</param>
    public static ImmutableArray<StampedPolicy> Resolve(
        IEnumerable<StampedPolicy> stamped,
        IEnumerable<V1NetworkPolicy> there,
        ICollection<string> warnings
    )
    {
        var byName = there.ToLookup(policy => (policy.Metadata.NamespaceProperty, policy.Metadata.Name));
        return [.. stamped.Select(Place)];

        StampedPolicy Place(StampedPolicy item)
        {
            var usual = item.Policy.Metadata.Name;
            var taken = byName[(item.Policy.Metadata.NamespaceProperty, usual)]
                .Any(policy => !IsStampedBy(policy, item.Owner) && !LostItsOwner(policy));
            if (!taken)
            {
                return item;
            }

            var other = PolicyNames.AlternateFor(item.Owner);
            warnings.Add(
                $"NetworkPolicy {item.Policy.Metadata.NamespaceProperty}/{usual} was not stamped by {item.Owner.Kind} {item.Owner.Metadata.Name}: "
                    + $"it is left alone, and what is stamped is named {(item.Owner.Metadata.Uid is null ? $"{usual}-<hash of the uid>" : other)} there"
            );
            return item with { Policy = Named(item.Policy, other) };
        }
    }

    /// <summary>Whether the NetworkPolicy was stamped by the custom resource, or by an earlier one of its name.</summary>
    public static bool IsStampedBy(V1NetworkPolicy policy, IKubernetesObject<V1ObjectMeta> owner) =>
        PolicyNames.OwnerOf(policy) is { } reference && reference.Kind == owner.Kind && reference.Name == owner.Metadata.Name;

    /// <summary>Written by <c>expand</c>, which knows no uid of the owner; or stamped, and the owner was taken away since.</summary>
    private static bool LostItsOwner(V1NetworkPolicy policy) =>
        PolicyNames.OwnerOf(policy) is null
        && policy.Metadata.Labels is { } labels
        && labels.TryGetValue(PolicyNames.ManagedByLabel, out var value)
        && value == PolicyNames.ManagedByValue;

    private static V1NetworkPolicy Named(V1NetworkPolicy policy, string name)
    {
        policy.Metadata.Name = name;
        return policy;
    }
}

/// <summary>A NetworkPolicy that a custom resource stamps.</summary>
/// <param name="Owner">The custom resource.</param>
/// <param name="Policy">What it stamps into one namespace.</param>
/// <param name="IngressOrigins">For each of its ingress rules the path of what it came of in the custom resource.</param>
/// <param name="EgressOrigins">The same for its egress rules.</param>
internal sealed record StampedPolicy(
    IKubernetesObject<V1ObjectMeta> Owner,
    V1NetworkPolicy Policy,
    ImmutableArray<string> IngressOrigins,
    ImmutableArray<string> EgressOrigins
)
{
    /// <summary>Whether addresses of nodes are left out, since there are too many: what is stamped already then stays as it is.</summary>
    public bool LacksNodes { get; init; }

    /// <summary>What an expansion stamps; null for nothing.</summary>
    public static StampedPolicy? From(IKubernetesObject<V1ObjectMeta> owner, ExpansionResult result) =>
        (result.Policy ?? result.WithoutNodes) is { } policy
            ? new(owner, policy, result.IngressOrigins, result.EgressOrigins) { LacksNodes = result.Policy is null }
            : null;
}
