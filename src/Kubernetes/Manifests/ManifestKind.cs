using System.Text.Json.Serialization.Metadata;

namespace Palisade.Kubernetes.Manifests;

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
        new("apps/v1", "Deployment", ManifestsJsonContext.Default.V1Workload),
        new("apps/v1", "ReplicaSet", ManifestsJsonContext.Default.V1Workload),
        new("apps/v1", "StatefulSet", ManifestsJsonContext.Default.V1Workload),
        new("apps/v1", "DaemonSet", ManifestsJsonContext.Default.V1Workload),
        new("networking.k8s.io/v1", "NetworkPolicy", ModelsJsonContext.Default.V1NetworkPolicy),
        new("palisade.dev/v1alpha1", "ClusterNetworkPolicy", ModelsJsonContext.Default.ClusterNetworkPolicy),
        new("palisade.dev/v1alpha1", "DefaultDenyProfile", ModelsJsonContext.Default.DefaultDenyProfile),
    ];

    /// <summary>Finds a kind by its name within its group, in whatever version; null when there is none.</summary>
    public static ManifestKind? Find(string apiVersion, string kind) =>
        Array.Find(
            All,
            candidate =>
                string.Equals(candidate.Kind, kind, StringComparison.Ordinal)
                && string.Equals(GroupOf(candidate.ApiVersion), GroupOf(apiVersion), StringComparison.Ordinal)
        );

    /// <summary>Whether a version is of a group of which nothing but objects are written.</summary>
    public static bool HasGroup(string apiVersion) =>
        GroupOf(apiVersion) is { Length: > 0 } group
        && Array.Exists(All, candidate => string.Equals(GroupOf(candidate.ApiVersion), group, StringComparison.Ordinal));

    private static string GroupOf(string apiVersion) => apiVersion.Contains('/', StringComparison.Ordinal) ? apiVersion.Split('/')[0] : "";
}
