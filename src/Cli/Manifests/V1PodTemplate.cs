using Palisade.Models;

namespace Palisade.Cli.Manifests;

/// <summary>What the pods of a workload look like.</summary>
public sealed class V1PodTemplate
{
    /// <summary>Labels of the pods.</summary>
    public V1ObjectMeta Metadata { get; set; } = new();

    /// <summary>What is asked for of each pod.</summary>
    public V1PodSpec Spec { get; set; } = new();
}
