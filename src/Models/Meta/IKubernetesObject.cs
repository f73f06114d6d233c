namespace Palisade.Models;

/// <summary>An object of the Kubernetes API: it names its API version and kind.</summary>
public interface IKubernetesObject
{
    /// <summary>Version of the API the object is written in, as <c>group/version</c> or <c>v1</c>.</summary>
    string ApiVersion { get; set; }

    /// <summary>Kind of the object, such as <c>NetworkPolicy</c>.</summary>
    string Kind { get; set; }
}
