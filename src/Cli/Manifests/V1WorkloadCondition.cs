namespace Palisade.Cli.Manifests;

/// <summary>One aspect of the state of a workload.</summary>
public sealed class V1WorkloadCondition
{
    /// <summary>Name of the aspect.</summary>
    public string Type { get; set; } = "";

    /// <summary><c>True</c>, <c>False</c> or <c>Unknown</c>.</summary>
    public string Status { get; set; } = "";
}
