using Palisade.Policy.Evaluation;

namespace Palisade.Policy.Connectivity;

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
