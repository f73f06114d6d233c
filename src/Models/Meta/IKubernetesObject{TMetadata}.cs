namespace Palisade.Models;

/// <summary>An object of the Kubernetes API that carries metadata.</summary>
/// <typeparam name="TMetadata">Shape of the metadata.</typeparam>
public interface IKubernetesObject<TMetadata> : IKubernetesObject
{
    /// <summary>Standard object metadata.</summary>
    TMetadata Metadata { get; set; }
}
