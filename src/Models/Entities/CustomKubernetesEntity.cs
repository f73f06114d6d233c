using k8s;

namespace Palisade.Models;

/// <summary>A custom resource; its class has a <see cref="KubernetesEntityAttribute"/>, which gives API version and kind.</summary>
/// <typeparam name="TSpec">What was asked for.</typeparam>
/// <typeparam name="TStatus">What its controller found and did.</typeparam>
public abstract class CustomKubernetesEntity<TSpec, TStatus> : IKubernetesObject<V1ObjectMeta>
    where TSpec : class, new()
    where TStatus : class
{
    /// <summary>Makes an object of the class's API version and kind.</summary>
    protected CustomKubernetesEntity() => (ApiVersion, Kind) = EntityKind.From(GetType())!;

    /// <summary>Version of the API the object is written in.</summary>
    public string ApiVersion { get; set; }

    /// <summary>Kind of the object.</summary>
    public string Kind { get; set; }

    /// <summary>Standard object metadata.</summary>
    public V1ObjectMeta Metadata { get; set; } = new() { Name = "" };

    /// <summary>What was asked for; described by the class of the spec.</summary>
    [Required]
    public TSpec Spec
    {
        get;
        // A null in a document is as if it were not there.
        set => field = value ?? new();
    } = new();

    /// <summary>What the controller found and did; described by the class of the status.</summary>
    public TStatus? Status { get; set; }
}
