using System.Text.Json.Serialization.Metadata;
using Palisade.Cli.Manifests.Yaml;
using Palisade.Models;

namespace Palisade.Cli.Manifests;

/// <summary>A kind that is read from manifests.</summary>
/// <param name="ApiVersion">Group and version.</param>
/// <param name="Kind">The kind.</param>
/// <param name="Shape">How it is read.</param>
internal sealed record ManifestKind(string ApiVersion, string Kind, JsonTypeInfo Shape)
{
    private static readonly ManifestKind[] All =
    [
        new("v1", "Namespace", ModelsJsonContext.Default.V1Namespace),
        new("v1", "Node", ModelsJsonContext.Default.V1Node),
        new("v1", "Pod", ModelsJsonContext.Default.V1Pod),
        new("v1", "Service", ModelsJsonContext.Default.V1Service),
        new("v1", "Endpoints", ModelsJsonContext.Default.V1Endpoints),
        new("discovery.k8s.io/v1", "EndpointSlice", ModelsJsonContext.Default.V1EndpointSlice),
        new("apps/v1", "Deployment", ManifestsJsonContext.Default.V1Workload),
        new("apps/v1", "ReplicaSet", ManifestsJsonContext.Default.V1Workload),
        new("apps/v1", "StatefulSet", ManifestsJsonContext.Default.V1Workload),
        new("apps/v1", "DaemonSet", ManifestsJsonContext.Default.V1Workload),
        new("v1", "ReplicationController", ManifestsJsonContext.Default.V1Workload),
        new("batch/v1", "Job", ManifestsJsonContext.Default.V1Workload),
        new("batch/v1", "CronJob", ManifestsJsonContext.Default.V1Workload),
        // Until Kubernetes 1.24.
        new("batch/v1beta1", "CronJob", ManifestsJsonContext.Default.V1Workload),
        new("discovery.k8s.io/v1beta1", "EndpointSlice", ModelsJsonContext.Default.V1EndpointSlice),
        new("networking.k8s.io/v1", "NetworkPolicy", ModelsJsonContext.Default.V1NetworkPolicy),
        new("palisade.dev/v1alpha1", "ClusterNetworkPolicy", ModelsJsonContext.Default.ClusterNetworkPolicy),
        new("palisade.dev/v1alpha1", "DefaultDenyProfile", ModelsJsonContext.Default.DefaultDenyProfile),
    ];

    private static readonly string[] ClusterScoped = ["Namespace", "Node", "ClusterNetworkPolicy", "DefaultDenyProfile"];

    /// <summary>Whether a version is of a group of which nothing but objects are written.</summary>
    public static bool HasGroup(string apiVersion) =>
        GroupOf(apiVersion) is { Length: > 0 } group
        && Array.Exists(All, candidate => string.Equals(GroupOf(candidate.ApiVersion), group, StringComparison.Ordinal));

    /// <summary>
    /// Finds a kind by its name within its group, in this version or else another; custom resources whose operators are known in
    /// whatever version. Null when there is none.
    /// </summary>
    public static ManifestKind? Find(string apiVersion, string kind)
    {
        var named = All.Where(known => known.Kind == kind && GroupOf(known.ApiVersion) == GroupOf(apiVersion)).ToList();
        return named.Find(known => known.ApiVersion == apiVersion)
            ?? named.FirstOrDefault()
            ?? (
                OperatorWorkloads.Knows(GroupOf(apiVersion), kind)
                    ? new(apiVersion, kind, ManifestsJsonContext.Default.V1OperatorResource)
                    : null
            );
    }

    /// <summary>A kind that is read as a workload because the document has a pod template; null when it has none.</summary>
    public static ManifestKind? OfPodTemplate(string apiVersion, string kind, YamlNode document) =>
        document["spec"]?["template"]?["spec"]?["containers"] is { Kind: YamlNodeKind.Sequence, Items.Count: > 0 }
            ? new(apiVersion, kind, ManifestsJsonContext.Default.V1Workload)
            : null;

    /// <summary>
    /// Which object a document of this kind is, as far as that can be read; null when not even its namespace can. Control characters
    /// are left out: they would break lines or command the terminal.
    /// </summary>
    public ManifestSubject? SubjectOf(YamlNode document) => SubjectOf(Kind, document);

    /// <summary>As <see cref="SubjectOf(YamlNode)"/>, for a kind that the document was meant to be.</summary>
    public static ManifestSubject? SubjectOf(string kind, YamlNode document)
    {
        var isNamespaced = !ClusterScoped.Contains(kind, StringComparer.Ordinal);
        var (inNamespace, name) = (document["metadata"]?["namespace"], document["metadata"]?["name"]);
        return IsText(inNamespace) && IsText(name)
            ? new(kind, isNamespaced ? inNamespace?.Text : null, name?.Text ?? "", isNamespaced)
            : null;

        static bool IsText(YamlNode? node) =>
            node is null || (node is { Kind: YamlNodeKind.Scalar, IsNull: false } && !node.Text.Any(char.IsControl));
    }

    /// <summary>Group of an API version; empty for the core group.</summary>
    public static string GroupOf(string apiVersion) => apiVersion.Contains('/', StringComparison.Ordinal) ? apiVersion.Split('/')[0] : "";
}
