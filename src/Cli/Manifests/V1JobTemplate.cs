namespace Palisade.Cli.Manifests;

/// <summary>What the Jobs of a CronJob look like.</summary>
public sealed class V1JobTemplate
{
    /// <summary>What is asked for of each Job.</summary>
    public V1WorkloadSpec Spec { get; set; } = new();
}
