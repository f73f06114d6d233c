using System.Text.Json.Serialization.Metadata;
using Palisade.Cli.Manifests.Yaml;

namespace Palisade.Cli.Manifests;

/// <summary>A kind that is read from manifests.</summary>
/// <param name="ApiVersion">Group and version.</param>
/// <param name="Kind">The kind.</param>
/// <param name="Model">How it is read.</param>
internal sealed record ManifestKind(string ApiVersion, string Kind, JsonTypeInfo Model)
{
    private static readonly ManifestKind[] All =
    [
        new("v1", "Namespace", ModelsJson.Contract<V1Namespace>()),
        new("v1", "Node", ModelsJson.Contract<V1Node>()),
        new("v1", "Pod", ModelsJson.Contract<V1Pod>()),
        new("v1", "Service", ModelsJson.Contract<V1Service>()),
        new("v1", "Endpoints", ModelsJson.Contract<V1Endpoints>()),
        new("discovery.k8s.io/v1", "EndpointSlice", ModelsJson.Contract<V1EndpointSlice>()),
        new("apps/v1", "Deployment", ManifestsJson.Contract<V1Workload>()),
        new("apps/v1", "ReplicaSet", ManifestsJson.Contract<V1Workload>()),
        new("apps/v1", "StatefulSet", ManifestsJson.Contract<V1Workload>()),
        new("apps/v1", "DaemonSet", ManifestsJson.Contract<V1Workload>()),
        new("v1", "ReplicationController", ManifestsJson.Contract<V1Workload>()),
        new("batch/v1", "Job", ManifestsJson.Contract<V1Workload>()),
        new("batch/v1", "CronJob", ManifestsJson.Contract<V1Workload>()),
        // Until Kubernetes 1.24.
        new("batch/v1beta1", "CronJob", ManifestsJson.Contract<V1Workload>()),
        new("discovery.k8s.io/v1beta1", "EndpointSlice", ModelsJson.Contract<V1EndpointSlice>()),
        new("networking.k8s.io/v1", "NetworkPolicy", ModelsJson.Contract<V1NetworkPolicy>()),
        new("palisade.dev/v1alpha1", "ClusterNetworkPolicy", ModelsJson.Contract<ClusterNetworkPolicy>()),
        new("palisade.dev/v1alpha1", "DefaultDenyProfile", ModelsJson.Contract<DefaultDenyProfile>()),
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
                    ? new(apiVersion, kind, ManifestsJson.Contract<V1OperatorResource>())
                    : null
            );
    }

    /// <summary>A kind that is read as a workload because the document has a pod template; null when it has none.</summary>
    public static ManifestKind? OfPodTemplate(string apiVersion, string kind, YamlNode document) =>
        document["spec"]?["template"]?["spec"]?["containers"] is { Kind: YamlNodeKind.Sequence, Items.Count: > 0 }
            ? new(apiVersion, kind, ManifestsJson.Contract<V1Workload>())
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
