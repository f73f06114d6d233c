namespace Palisade.Models;

/// <summary>A NetworkPolicy (networking.k8s.io/v1): what the pods it selects may receive and send.</summary>
[KubernetesEntity(Group = "networking.k8s.io", ApiVersion = "v1", Kind = "NetworkPolicy", PluralName = "networkpolicies")]
public sealed class V1NetworkPolicy : IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Version of the API the object is written in.</summary>
    public string ApiVersion { get; set; } = "networking.k8s.io/v1";

    /// <summary>Kind of the object.</summary>
    public string Kind { get; set; } = "NetworkPolicy";

    /// <summary>Standard object metadata.</summary>
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>What was asked for.</summary>
    public V1NetworkPolicySpec? Spec { get; set; }
}
