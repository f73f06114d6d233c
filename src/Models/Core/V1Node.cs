namespace Palisade.Models;

/// <summary>A node.</summary>
[KubernetesEntity(Group = "", ApiVersion = "v1", Kind = "Node", PluralName = "nodes")]
public sealed class V1Node : IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Version of the API the object is written in.</summary>
    public string ApiVersion { get; set; } = "v1";

    /// <summary>Kind of the object.</summary>
    public string Kind { get; set; } = "Node";

    /// <summary>Standard object metadata.</summary>
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>What was asked for.</summary>
    public V1NodeSpec? Spec { get; set; }

    /// <summary>State of the node.</summary>
    public V1NodeStatus? Status { get; set; }
}
