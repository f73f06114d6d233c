namespace Palisade.Dataplane;

/// <summary>
/// All that the kernel of one node has to hold, as a value: equal snapshots give equal rulesets. It says nothing yet of class
/// numbers, which depend on what the kernel holds already.
/// </summary>
public sealed record Ruleset
{
    /// <summary>Layout that the ruleset was compiled for.</summary>
    public DataplaneOptions Options { get; init; } = DataplaneOptions.Default;
}
