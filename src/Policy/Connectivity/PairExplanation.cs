using System.Collections.Immutable;
using Palisade.Policy.Evaluation;

namespace Palisade.Policy.Connectivity;

/// <summary>What decides which connections one end may open to another.</summary>
/// <param name="Reach">What may pass.</param>
/// <param name="Egress">What the source's policies say.</param>
/// <param name="Ingress">What the destination's policies say.</param>
public sealed record PairExplanation(Reach Reach, DirectionExplanation Egress, DirectionExplanation Ingress);

/// <summary>What decides one direction of a pair of ends.</summary>
/// <param name="IsolatedBy">Policies that isolate the pods for the direction, by name; when there is none, everything passes.</param>
/// <param name="AllowedBy">Their rules that allow something of the pair, in order; when there is none, nothing passes.</param>
public sealed record DirectionExplanation(ImmutableArray<PolicyReference> IsolatedBy, ImmutableArray<DecidingRule> AllowedBy)
{
    /// <summary>Whether any policy isolates the pods for the direction.</summary>
    public bool IsIsolated => !IsolatedBy.IsEmpty;
}

/// <summary>A rule that allows something between two ends.</summary>
/// <param name="Policy">Its policy.</param>
/// <param name="Direction">Ingress or Egress.</param>
/// <param name="Number">Number of the rule in its list, from 0.</param>
/// <param name="Ports">The ports that it allows between the two.</param>
public sealed record DecidingRule(PolicyReference Policy, string Direction, int Number, PortSet Ports)
{
    /// <summary>Path of the rule in the policy's spec.</summary>
    public string Field => new RuleReference(Policy, Direction, Number, Peer: null, Port: null).Field;
}

/// <summary>All that a rule allows to or from the pods of one end.</summary>
/// <param name="Policy">Its policy.</param>
/// <param name="Number">Number of the rule in the list of its direction, from 0.</param>
/// <param name="Ports">For each end of the analysis, by its number, the ports that the rule allows.</param>
public sealed record RuleRow(PolicyReference Policy, int Number, ImmutableArray<PortSet> Ports);
