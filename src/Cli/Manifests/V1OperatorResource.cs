using Palisade.Models;

namespace Palisade.Cli.Manifests;

/// <summary>
/// A custom resource of which an operator makes pods that its spec does not describe. Only its metadata is read; what its pods look
/// like is in <see cref="OperatorWorkloads"/>. Read from manifests only.
/// </summary>
public sealed class V1OperatorResource : IKubernetesObject<V1ObjectMeta>
{
    /// <summary>Version of the API the object is written in.</summary>
    public string ApiVersion { get; set; } = "";

    /// <summary>Kind of the object.</summary>
    public string Kind { get; set; } = "";

    /// <summary>Standard object metadata.</summary>
    public V1ObjectMeta Metadata { get; set; } = new();
}
