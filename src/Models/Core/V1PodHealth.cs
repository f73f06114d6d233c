namespace Palisade.Models;

/// <summary>
/// A pod, of which only what tells whether it works is read; apart from <see cref="V1Pod"/>, of which agents keep thousands in memory.
/// </summary>
[KubernetesEntity(Group = "", ApiVersion = "v1", Kind = "Pod", PluralName = "pods")]
public sealed class V1PodHealth : IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Version of the API the object is written in.</summary>
    public string ApiVersion { get; set; } = "v1";

    /// <summary>Kind of the object.</summary>
    public string Kind { get; set; } = "Pod";

    /// <summary>Standard object metadata.</summary>
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>What was asked for.</summary>
    public V1PodSpec? Spec { get; set; }

    /// <summary>What is now.</summary>
    public V1PodHealthStatus? Status { get; set; }
}
