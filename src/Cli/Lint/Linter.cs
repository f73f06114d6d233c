using System.Collections.Immutable;
using Palisade.Cli.Input;
using Palisade.Cli.Manifests;
using Palisade.Policy.Expansion;
using Palisade.Policy.Net;
using Palisade.Policy.Validation;

namespace Palisade.Cli.Lint;

/// <summary>
/// Holds every policy of an input against the catalogue, knowing all of the others: what one lacks another may give. Of the cluster
/// only that is known which the input has: namespaces, nodes and pods where they are given.
/// </summary>
internal static class Linter
{
    /// <summary>Looks at the policies for which <paramref name="isMeant"/> holds.</summary>
    public static LintReport Lint(
        ManifestSet manifests,
        bool isLive,
        ValidationOptions options,
        Func<Manifest, bool> isMeant,
        IProgress<double> progress
    )
    {
        options = options with { Cluster = Facts(manifests, isLive, options) };
        var meant = manifests.Manifests.Where(manifest => IsPolicy(manifest) && isMeant(manifest)).ToList();
        var policies = ImmutableArray.CreateBuilder<LintedPolicy>(meant.Count);
        foreach (var manifest in meant)
        {
            policies.Add(Lint(manifest, options));
            progress.Report((double)policies.Count / meant.Count);
        }
        return new(policies.ToImmutable(), [.. manifests.Errors.Select(LintFinding.From)]);
    }

    private static LintedPolicy Lint(Manifest manifest, ValidationOptions options)
    {
        var name = $"{manifest.Object.Kind} {ManifestInput.NameOf(manifest)}";
        var findings = ManifestInput.Validate(manifest, options);
        // A cluster may hold such a policy from before, so only lint objects to it.
        if (manifest.Object is V1NetworkPolicy policy && ReservedNames.FindInManifest(policy) is { } reserved)
        {
            findings = [reserved, .. findings];
        }
        return new(
            name,
            manifest.Position,
            [.. findings.Select(finding => new LintFinding(manifest.PositionOf(finding.Field), name, finding))]
        );
    }

    private static ClusterFacts Facts(ManifestSet manifests, bool isLive, ValidationOptions options)
    {
        // Before the cluster is completed: pod ranges that are made up are nobody's.
        var ranges = manifests.Objects<V1Node>().SelectMany(node => node.Spec?.PodCIDRs ?? [node.Spec?.PodCIDR ?? ""]).ToList();
        var knowsNamespaces = manifests.Objects<V1Namespace>().Any();
        var sound = manifests with { Manifests = [.. manifests.Manifests.Where(manifest => isLive || IsSound(manifest, options))] };
        var cluster = isLive ? LoadedCluster.OfCluster(sound) : ClusterCompletion.ForAnalysis(sound).Snapshot;
        var services = sound.Objects<V1Service>().ToImmutableArray();
        return new()
        {
            Snapshot = isLive
                ? cluster with
                {
                    Entities = ClusterEntities.Discover(services, sound.Endpoints, cluster.Namespaces),
                }
                : ClusterExpansion.From(sound, cluster).Snapshot,
            AllServices = services,
            PodRanges = CidrSet.From(ranges.Select(text => Cidr.TryParseLenient(text, out var range) ? range : (Cidr?)null).OfType<Cidr>()),
            KnowsNamespaces = knowsNamespaces,
        };
    }

    /// <summary>Whether the API server would let it in: what others may rely on.</summary>
    private static bool IsSound(Manifest manifest, ValidationOptions options) =>
        !IsPolicy(manifest) || !ManifestInput.Validate(manifest, options).Any(finding => finding.Severity == FindingSeverity.Error);

    private static bool IsPolicy(Manifest manifest) => manifest.Object is V1NetworkPolicy or ClusterNetworkPolicy or DefaultDenyProfile;
}
