using System.Collections.Immutable;
using Palisade.Policy.Evaluation;

namespace Palisade.Policy.Connectivity;

/// <summary>All that a rule allows to or from the pods of one end.</summary>
/// <param name="Policy">Its policy.</param>
/// <param name="Number">Number of the rule in the list of its direction, from 0.</param>
/// <param name="Ports">For each end of the analysis, by its number, the ports that the rule allows.</param>
public sealed record RuleRow(PolicyReference Policy, int Number, ImmutableArray<PortSet> Ports);
