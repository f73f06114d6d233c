namespace Palisade.Cli.Manifests;

/// <summary>State of a workload.</summary>
public sealed class V1WorkloadStatus
{
    /// <summary>Aspects, of which <c>Complete</c> and <c>Failed</c> say that a Job has ended.</summary>
    public IList<V1WorkloadCondition>? Conditions { get; set; }
}
