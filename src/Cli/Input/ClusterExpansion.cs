using System.Collections.Immutable;
using Palisade.Kubernetes.Manifests;
using Palisade.Models;
using Palisade.Policy;
using Palisade.Policy.Expansion;

namespace Palisade.Cli.Input;

/// <summary>What the operator would make of a cluster's custom resources.</summary>
/// <param name="Snapshot">The cluster with the stamped NetworkPolicies beside those written by hand.</param>
/// <param name="CustomResources">How many custom resources there are.</param>
/// <param name="Stamped">How many NetworkPolicies they stamp.</param>
/// <param name="Namespaces">Into how many namespaces.</param>
/// <param name="Unresolved">What could not be stamped, with the name of the custom resource.</param>
internal sealed record ClusterExpansion(
    ClusterSnapshot Snapshot,
    int CustomResources,
    int Stamped,
    int Namespaces,
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
        var stamped = results.Select(result => result.Result.Policy).OfType<V1NetworkPolicy>().ToList();
        var unresolved =
            from result in results
            from peer in result.Result.Unresolved
            select $"{result.Kind} {result.Name}: {peer.Field}: {peer.Message}";
        var audits = manifests.Objects<DefaultDenyProfile>().Where(profile => profile.Spec.Enforcement == "Audit");
        var snapshot = cluster with { Policies = [.. cluster.Policies, .. stamped], AuditProfiles = [.. audits] };
        var namespaces = stamped.Select(policy => policy.Metadata.NamespaceProperty).Distinct(StringComparer.Ordinal).Count();
        var resources = manifests.Objects<ClusterNetworkPolicy>().Count() + manifests.Objects<DefaultDenyProfile>().Count();
        return new(snapshot, resources, stamped.Count, namespaces, [.. unresolved.Distinct(StringComparer.Ordinal)]);
    }

    private static IEnumerable<(string Kind, string Name, ExpansionResult Result)> Expand(
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
                yield return (profile.Kind, profile.Metadata.Name, PolicyExpander.Expand(profile, target, context));
            }
        }
        foreach (var policy in manifests.Objects<ClusterNetworkPolicy>().OrderBy(policy => policy.Metadata.Name, StringComparer.Ordinal))
        {
            var selection = NamespaceSelection.Of(policy);
            foreach (var target in cluster.Namespaces.Where(selection.Matches))
            {
                yield return (policy.Kind, policy.Metadata.Name, PolicyExpander.Expand(policy, target, context));
            }
        }
    }
}
