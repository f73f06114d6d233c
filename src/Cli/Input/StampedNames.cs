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
