namespace Palisade.Policy.Validation;

/// <summary>How to validate.</summary>
public sealed record ValidationOptions
{
    /// <summary>Lenient with NetworkPolicies, and nothing known of the cluster.</summary>
    public static ValidationOptions Default { get; } = new();

    /// <summary>
    /// Whether what the API server itself takes in a NetworkPolicy (exceptions that leave nothing, before 1.36 host bits) is an error rather
    /// than a warning. The custom resources are always held to it.
    /// </summary>
    public bool StrictNetworkPolicies { get; init; }

    /// <summary>
    /// Version of the API server that a NetworkPolicy is for: what it refuses is an error. Null when it is not known; then what some version
    /// takes is a warning.
    /// </summary>
    public KubernetesVersion? KubernetesVersion { get; init; } = Models.KubernetesVersion.Newest;

    /// <summary>What an update of a NetworkPolicy replaces: the API server takes some invalid values that were there before. Null for a new one.</summary>
    public V1NetworkPolicy? Previous { get; init; }

    /// <summary>
    /// Whether to look for unknown fields in the annotation of <c>kubectl apply</c>. To be left out when an update has not touched the
    /// annotation, which may then be older than the object.
    /// </summary>
    public bool CheckLastApplied { get; init; } = true;

    /// <summary>The cluster, for warnings that depend on it; null leaves them out.</summary>
    public ClusterFacts? Cluster { get; init; }

    /// <summary>
    /// Asked before each object of the cluster that is looked at: whether the time for that is spent. Then nothing is said of what was not
    /// looked at.
    /// </summary>
    public Func<bool> IsTimeSpent { get; init; } = () => false;
}

/// <summary>The warnings that an object's author has read and means.</summary>
public static class IgnoredWarnings
{
    /// <summary>Annotation with the codes, separated by commas: <c>PAL107, PAL108</c>. Codes of errors have no effect.</summary>
    public const string Annotation = "palisade.dev/ignore-warnings";

    /// <summary>The codes; none when there is no such annotation.</summary>
    internal static IReadOnlyCollection<string> From(V1ObjectMeta? metadata) =>
        metadata?.Annotations is { } annotations && annotations.TryGetValue(Annotation, out var codes) && codes is not null
            ? [.. codes.Split(',', StringSplitOptions.TrimEntries).Where(FindingCodes.IsWarning)]
            : [];
}
