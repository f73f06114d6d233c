namespace Palisade.Models;

/// <summary>The addresses behind a Service, as every version of the API server serves them.</summary>
[KubernetesEntity(Group = "", ApiVersion = "v1", Kind = "Endpoints", PluralName = "endpoints")]
public sealed class V1Endpoints : IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Version of the API the object is written in.</summary>
    public string ApiVersion { get; set; } = "v1";

    /// <summary>Kind of the object.</summary>
    public string Kind { get; set; } = "Endpoints";

    /// <summary>Standard object metadata.</summary>
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>Groups of addresses that share ports.</summary>
    public IList<V1EndpointSubset>? Subsets { get; set; }
}
