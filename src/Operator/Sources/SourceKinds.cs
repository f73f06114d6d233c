using Palisade.Operator.Caches;

namespace Palisade.Operator.Sources;

/// <summary>The two kinds of custom resources.</summary>
internal static class SourceKinds
{
    /// <summary>ClusterNetworkPolicy.</summary>
    public static SourceKind<ClusterNetworkPolicy> ClusterPolicies(OperatorCaches caches) =>
        new(
            caches.ClusterPolicies,
            policy => new ClusterNetworkPolicySource(policy),
            (policy, metadata, status) =>
                new()
                {
                    Metadata = metadata,
                    Spec = policy.Spec,
                    Status = status,
                }
        );

    /// <summary>DefaultDenyProfile.</summary>
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
