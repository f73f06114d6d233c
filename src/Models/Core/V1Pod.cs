namespace Palisade.Models;

/// <summary>A pod; the fields that network policy depends on.</summary>
[KubernetesEntity(Group = "", ApiVersion = "v1", Kind = "Pod", PluralName = "pods")]
public sealed class V1Pod : IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Version of the API the object is written in.</summary>
    public string ApiVersion { get; set; } = "v1";

    /// <summary>Kind of the object.</summary>
    public string Kind { get; set; } = "Pod";

    /// <summary>Standard object metadata.</summary>
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>What was asked for.</summary>
    public V1PodSpec? Spec { get; set; }

    /// <summary>State of the pod.</summary>
    public V1PodStatus? Status { get; set; }
}
