namespace Palisade.Models;

/// <summary>A pod on every node. Only what tells how many there are to be is read.</summary>
[KubernetesEntity(Group = "apps", ApiVersion = "v1", Kind = "DaemonSet", PluralName = "daemonsets")]
public sealed class V1DaemonSet : IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Version of the API the object is written in.</summary>
    public string ApiVersion { get; set; } = "apps/v1";

    /// <summary>Kind of the object.</summary>
    public string Kind { get; set; } = "DaemonSet";

    /// <summary>Standard object metadata.</summary>
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>What is now.</summary>
    public V1DaemonSetStatus? Status { get; set; }
}
