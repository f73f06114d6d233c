namespace Palisade.Models;

/// <summary>A Lease, for leader election.</summary>
[KubernetesEntity(Group = "coordination.k8s.io", ApiVersion = "v1", Kind = "Lease", PluralName = "leases")]
public sealed class V1Lease : IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Version of the API the object is written in.</summary>
    public string ApiVersion { get; set; } = "coordination.k8s.io/v1";

    /// <summary>Kind of the object.</summary>
    public string Kind { get; set; } = "Lease";

    /// <summary>Standard object metadata.</summary>
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>Holder and times.</summary>
    public V1LeaseSpec? Spec { get; set; }
}
