namespace Palisade.Kubernetes.Manifests;

/// <summary>A Deployment, ReplicaSet, StatefulSet or DaemonSet: what makes pods. Read from manifests only.</summary>
public sealed class V1Workload : IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Version of the API the object is written in.</summary>
    public string ApiVersion { get; set; } = "apps/v1";

    /// <summary>Kind of the object.</summary>
    public string Kind { get; set; } = "";

    /// <summary>Standard object metadata.</summary>
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>What was asked for.</summary>
    public V1WorkloadSpec Spec { get; set; } = new();
}
