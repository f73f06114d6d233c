using System.Globalization;

namespace Palisade.Policy.Evaluation;

/// <summary>A rule of a NetworkPolicy.</summary>
/// <param name="Policy">The policy.</param>
/// <param name="Direction">Ingress or Egress.</param>
/// <param name="Rule">Number of the rule in its list, from 0.</param>
/// <param name="Peer">Number of the peer that matched; null when the rule has none and so lets everybody in.</param>
/// <param name="Port">Number of the port entry that matched; null when the rule has none and so allows every port.</param>
public sealed record RuleReference(PolicyReference Policy, string Direction, int Rule, int? Peer, int? Port)
{
    /// <summary>Path of the rule, or of the peer that matched, in the policy's spec.</summary>
    public string Field
    {
        get
        {
            var ingress = Direction == Directions.Ingress;
            var rule = string.Create(CultureInfo.InvariantCulture, $"spec.{(ingress ? "ingress" : "egress")}[{Rule}]");
            return Peer is null ? rule : string.Create(CultureInfo.InvariantCulture, $"{rule}.{(ingress ? "from" : "to")}[{Peer}]");
        }
    }

    /// <summary>namespace/name and the path.</summary>
    public override string ToString() => $"{Policy} {Field}";
}
