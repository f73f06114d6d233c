using System.Collections.Immutable;

namespace Palisade.Dataplane.Planning;

/// <summary>How to bring the kernel from what it holds to what a ruleset says.</summary>
/// <param name="Steps">The steps, in order.</param>
/// <param name="Conflicts">What stands in the way, such as a set of Palisade's name and another type; the plan must not be carried out when there is any.</param>
public sealed record ApplyPlan(ImmutableArray<PlanStep> Steps, ImmutableArray<string> Conflicts)
{
    /// <summary>Whether there is nothing to do.</summary>
    public bool IsEmpty => Steps.IsEmpty;
}
