namespace Palisade.Operator.Bench;

/// <summary>What it cost the bare writer, and the operator, to create, change and delete everything once.</summary>
internal sealed record Round(Phases Bare, Phases Operator)
{
    /// <summary>What part of the bare writer's throughput the operator reached.</summary>
    public double Share(Func<Phases, Cost> phase) => phase(Bare).Took / phase(Operator).Took;
}
