namespace Palisade.Models;

/// <summary>A Secret.</summary>
[KubernetesEntity(Group = "", ApiVersion = "v1", Kind = "Secret", PluralName = "secrets")]
public sealed class V1Secret : IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Version of the API the object is written in.</summary>
    public string ApiVersion { get; set; } = "v1";

    /// <summary>Kind of the object.</summary>
    public string Kind { get; set; } = "Secret";

    /// <summary>Standard object metadata.</summary>
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>Type of the Secret, such as <c>kubernetes.io/tls</c>.</summary>
    public string? Type { get; set; }

    /// <summary>Contents by key; base64 on the wire.</summary>
    public IDictionary<string, byte[]>? Data { get; set; }
}
