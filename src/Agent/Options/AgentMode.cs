namespace Palisade.Agent.Options;

/// <summary>What one run of the agent does.</summary>
public enum AgentMode
{
    /// <summary>Keeps the node's rules in line with the cluster until stopped.</summary>
    Run,

    /// <summary>Brings the rules in line once and ends.</summary>
    Once,

    /// <summary>Prints what would be written and touches nothing.</summary>
    DryRun,

    /// <summary>Removes all that the agent ever wrote; needs no API server.</summary>
    Cleanup,
}
