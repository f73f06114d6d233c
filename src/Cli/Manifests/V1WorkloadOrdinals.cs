namespace Palisade.Cli.Manifests;

/// <summary>How a StatefulSet numbers its pods.</summary>
public sealed class V1WorkloadOrdinals
{
    /// <summary>Number of the first pod.</summary>
    public int Start { get; set; }
}
