namespace Palisade.Operator.Bench;

/// <summary>What it cost to create, change and delete a NetworkPolicy in every namespace.</summary>
internal sealed record Phases(Cost Create, Cost Change, Cost Delete)
{
    /// <summary>The mean of two.</summary>
    public static Phases Mean(Phases one, Phases other) =>
        new(Cost.Mean(one.Create, other.Create), Cost.Mean(one.Change, other.Change), Cost.Mean(one.Delete, other.Delete));
}
