namespace Palisade.Models;

/// <summary>A namespace.</summary>
[KubernetesEntity(Group = "", ApiVersion = "v1", Kind = "Namespace", PluralName = "namespaces")]
public sealed class V1Namespace : IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Version of the API the object is written in.</summary>
    public string ApiVersion { get; set; } = "v1";

    /// <summary>Kind of the object.</summary>
    public string Kind { get; set; } = "Namespace";

    /// <summary>Standard object metadata.</summary>
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>State of the namespace.</summary>
    public V1NamespaceStatus? Status { get; set; }
}
