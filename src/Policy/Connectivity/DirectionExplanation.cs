using System.Collections.Immutable;
using Palisade.Policy.Evaluation;

namespace Palisade.Policy.Connectivity;

/// <summary>What decides one direction of a pair of ends.</summary>
/// <param name="IsolatedBy">Policies that isolate the pods for the direction, by name; when there is none, everything passes.</param>
/// <param name="AllowedBy">Their rules that allow something of the pair, in order; when there is none, nothing passes.</param>
public sealed record DirectionExplanation(ImmutableArray<PolicyReference> IsolatedBy, ImmutableArray<DecidingRule> AllowedBy)
{
    /// <summary>Whether any policy isolates the pods for the direction.</summary>
    public bool IsIsolated => !IsolatedBy.IsEmpty;
}
