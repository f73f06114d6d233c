namespace Palisade.Operator.Bench;

/// <summary>One turn of the operator, beside the bare writer right before and right after it.</summary>
/// <param name="Bare">The mean of the bare writer's two turns: an API server grows slower, or faster, as it works.</param>
/// <param name="Operator">The operator's turn.</param>
internal sealed record Round(Phases Bare, Phases Operator)
{
    /// <summary>What part of the bare writer's throughput the operator reached.</summary>
    public double Share(Func<Phases, Cost> phase) => phase(Bare).Took / phase(Operator).Took;
}
