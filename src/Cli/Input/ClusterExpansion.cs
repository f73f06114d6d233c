using System.Collections.Immutable;
using Palisade.Kubernetes.Manifests;
using Palisade.Models;
using Palisade.Policy;
using Palisade.Policy.Expansion;

namespace Palisade.Cli.Input;

/// <summary>What the operator would make of a cluster's custom resources.</summary>
/// <param name="Snapshot">The cluster with the stamped NetworkPolicies beside those written by hand.</param>
/// <param name="CustomResources">How many custom resources there are.</param>
/// <param name="Stamped">The NetworkPolicies they stamp: profiles first, then by name of the custom resource.</param>
/// <param name="Unresolved">What could not be stamped, with the name of the custom resource.</param>
internal sealed record ClusterExpansion(
    ClusterSnapshot Snapshot,
    int CustomResources,
    ImmutableArray<StampedPolicy> Stamped,
    ImmutableArray<string> Unresolved
)
{
    /// <summary>Expands the custom resources of manifests into the namespaces of a cluster.</summary>
    public static ClusterExpansion Of(ManifestSet manifests, ClusterSnapshot cluster)
    {
        var context = new ExpansionContext
        {
            Nodes = cluster.Nodes,
            Entities = ClusterEntities.Discover(manifests.Objects<V1Service>(), manifests.Objects<V1Endpoints>(), cluster.Namespaces),
        };
        var results = Expand(manifests, cluster, context).ToList();
        var unresolved =
            from result in results
            from peer in result.Result.Unresolved
            select $"{result.Owner.Kind} {result.Owner.Metadata.Name}: {peer.Field}: {peer.Message}";
        var audits = manifests.Objects<DefaultDenyProfile>().Where(profile => profile.Spec.Enforcement == "Audit");
        var stamped =
            from result in results
            let policy = result.Result.Policy
            where policy is not null
            select new StampedPolicy(result.Owner, policy, result.Result.IngressOrigins, result.Result.EgressOrigins);
        var all = stamped.ToImmutableArray();
        return new(
            cluster with
            {
                Policies = [.. cluster.Policies, .. all.Select(item => item.Policy)],
                AuditProfiles = [.. audits],
                Entities = context.Entities,
            },
            manifests.Objects<ClusterNetworkPolicy>().Count() + manifests.Objects<DefaultDenyProfile>().Count(),
            all,
            [.. unresolved.Distinct(StringComparer.Ordinal)]
        );
    }

    private static IEnumerable<(IKubernetesObject<V1ObjectMeta> Owner, ExpansionResult Result)> Expand(
        ManifestSet manifests,
        ClusterSnapshot cluster,
        ExpansionContext context
    )
    {
        foreach (var profile in manifests.Objects<DefaultDenyProfile>().OrderBy(profile => profile.Metadata.Name, StringComparer.Ordinal))
        {
            var selection = NamespaceSelection.Of(profile, context.OwnNamespace);
            foreach (var target in cluster.Namespaces.Where(selection.Matches))
            {
                yield return (profile, PolicyExpander.Expand(profile, target, context));
            }
        }
        foreach (var policy in manifests.Objects<ClusterNetworkPolicy>().OrderBy(policy => policy.Metadata.Name, StringComparer.Ordinal))
        {
            var selection = NamespaceSelection.Of(policy);
            foreach (var target in cluster.Namespaces.Where(selection.Matches))
            {
                yield return (policy, PolicyExpander.Expand(policy, target, context));
            }
        }
    }
}
