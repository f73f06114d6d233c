using System.Collections.Immutable;
using k8s;
using Palisade.Cli.Manifests;
using Palisade.Policy;
using Palisade.Policy.Expansion;
using Palisade.Policy.Net;

namespace Palisade.Cli.Input;

/// <summary>What the operator would make of a cluster's custom resources.</summary>
/// <param name="Snapshot">The cluster with the stamped NetworkPolicies beside those written by hand.</param>
/// <param name="CustomResources">How many custom resources there are.</param>
/// <param name="Stamped">The NetworkPolicies they stamp: profiles first, then by name of the custom resource.</param>
/// <param name="Warnings">What is stamped otherwise than the custom resources alone would have it, and why.</param>
/// <param name="Synthetic">For which fields of custom resources something had to be made up, which is then among <paramref name="Stamped"/>, and what.</param>
internal sealed record ClusterExpansion(
    ClusterSnapshot Snapshot,
    int CustomResources,
    ImmutableArray<StampedPolicy> Stamped,
    ImmutableArray<string> Warnings,
    ImmutableArray<string> Synthetic
)
{
    /// <summary>Stands in for an API server that the manifests leave out; an address set apart for documentation (RFC 5737).</summary>
    private static readonly IpAddress ApiServer = IpAddress.Parse("192.0.2.1");

    /// <summary>Expands the custom resources of manifests into the namespaces of a cluster.</summary>
    public static ClusterExpansion From(ManifestSet manifests, ClusterSnapshot cluster)
    {
        var context = new ExpansionContext
        {
            Nodes = cluster.Nodes,
            Entities = ClusterEntities.Discover(manifests.Objects<V1Service>(), manifests.Endpoints, cluster.Namespaces),
        };
        var results = Expand(manifests, cluster, context).ToList();
        var madeUp = (
            from result in results
            from peer in result.Result.Unresolved
            where peer.Reason == UnresolvedPeer.EntityNotFound
            select $"{result.Owner.Kind} {result.Owner.Metadata.Name}: {peer.Field}: {peer.Message}; it is taken to be {ApiServer}:443"
        )
            .Distinct(StringComparer.Ordinal)
            .ToImmutableArray();
        if (madeUp.Length > 0)
        {
            context = context with { Entities = WithApiServer(context.Entities) };
            results = [.. Expand(manifests, cluster, context)];
        }
        var audits = manifests.Objects<DefaultDenyProfile>().Where(profile => profile.Spec.Enforcement == "Audit");
        var warnings = TooLarge(results).ToList();
        var all = StampedNames.Resolve(
            results.Select(result => StampedPolicy.From(result.Owner, result.Result)).OfType<StampedPolicy>(),
            manifests.Objects<V1NetworkPolicy>(),
            warnings
        );
        return new(
            cluster with
            {
                Policies = [.. cluster.Policies, .. all.Select(item => PolicyFacts.From(item.Policy))],
                AuditProfiles = [.. audits],
                Entities = context.Entities,
            },
            manifests.Objects<ClusterNetworkPolicy>().Count() + manifests.Objects<DefaultDenyProfile>().Count(),
            all,
            [.. warnings],
            madeUp
        );
    }

    private static IEnumerable<string> TooLarge(IEnumerable<(IKubernetesObject<V1ObjectMeta> Owner, ExpansionResult Result)> results) =>
        (
            from result in results
            from peer in result.Result.Unresolved
            where peer.Reason == UnresolvedPeer.TooManyAddresses
            select $"{result.Owner.Kind} {result.Owner.Metadata.Name}: {peer.Field}: {peer.Message}; until then what is stamped stays as it is, and where nothing is, no address of a node is allowed"
        ).Distinct(StringComparer.Ordinal);

    private static ClusterEntities WithApiServer(ClusterEntities entities)
    {
        var block = new V1NetworkPolicyPeer { IpBlock = new() { Cidr = Cidr.Single(ApiServer).ToString() } };
        return entities with { ApiServerAddresses = [ApiServer], ApiServer = [new([block], [new() { Protocol = "TCP", Port = 443 }])] };
    }

    private static IEnumerable<(IKubernetesObject<V1ObjectMeta> Owner, ExpansionResult Result)> Expand(
        ManifestSet manifests,
        ClusterSnapshot cluster,
        ExpansionContext context
    )
    {
        foreach (var profile in manifests.Objects<DefaultDenyProfile>().OrderBy(profile => profile.Metadata.Name, StringComparer.Ordinal))
        {
            var selection = NamespaceSelection.From(profile, context.OwnNamespace);
            foreach (var target in cluster.Namespaces.Where(selection.Matches))
            {
                yield return (profile, PolicyExpander.Expand(profile, target, context));
            }
        }
        foreach (var policy in manifests.Objects<ClusterNetworkPolicy>().OrderBy(policy => policy.Metadata.Name, StringComparer.Ordinal))
        {
            var selection = NamespaceSelection.From(policy, context.OwnNamespace);
            foreach (var target in cluster.Namespaces.Where(selection.Matches))
            {
                yield return (policy, PolicyExpander.Expand(policy, target, context));
            }
        }
    }
}
