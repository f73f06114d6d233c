namespace Palisade.Policy.Evaluation;

/// <summary>Why a rule of a policy that isolates a pod does not allow a connection.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Direction">Ingress or Egress.</param>
/// <param name="Rule">Number of the rule in its list, from 0.</param>
/// <param name="MatchesPeer">Whether it is for the other end; then it is not for the port.</param>
public sealed record RuleMiss(PolicyReference Policy, string Direction, int Rule, bool MatchesPeer)
{
    /// <summary>Path of the rule in the policy's spec.</summary>
    public string Field => new RuleReference(Policy, Direction, Rule, Peer: null, Port: null).Field;
}
